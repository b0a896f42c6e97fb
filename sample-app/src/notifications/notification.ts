/** One line for people. */
export interface Notification {
  readonly at: string;
  readonly topic: string;
  readonly message: string;
}

declare module 'nestjs-event-bus' {
  interface EventMap {
    'notification:created': Notification;
  }
}
