/** Every emit of it is awaited, so it stands among the awaited ones alone. */
export const contender = {
  name: 'emittery',
  title: 'emittery (emitSerial)',
  minimumNode: 22,
  async create() {
    const { default: Emittery } = await import('emittery');
    const emitter = new Emittery();
    return {
      on(topic, handler) {
        // It hands over an event whose `data` is what was emitted.
        return emitter.on(topic, ({ data }) => handler(data));
      },
      emitAsync: (topic, data) => emitter.emitSerial(topic, data),
    };
  },
};
