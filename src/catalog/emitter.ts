/** Who emits what a pattern covers. */
export interface Emitter {
  /** `Module` or `Module/Class`, `Module/Class.method` of a startup step; `nestjs-event-bus` for the bus itself. */
  readonly emitter: string;
  readonly pattern: string;
  /** True where it was seen emitting, and not declared. */
  readonly seen?: true;
}
