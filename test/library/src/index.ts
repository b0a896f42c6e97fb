export type { Parcel, ParcelEvents } from './parcel-events.js';
export { ParcelService } from './parcel.service.js';
export { ParcelsModule } from './parcels.module.js';
