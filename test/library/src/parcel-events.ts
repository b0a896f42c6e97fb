export interface Parcel {
  readonly order: string;
}

/** What this library emits. */
export interface ParcelEvents {
  'parcel:packed': Parcel;
  'parcel:lost': void;
}

declare module 'nestjs-event-bus' {
  interface EventMap extends ParcelEvents {}
}
