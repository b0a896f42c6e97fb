import { Subject } from 'rxjs';

/** A Subject for each topic, as applications write it by hand. */
export const contender = {
  name: 'rxjs',
  title: 'rxjs, a Subject a topic',
  create() {
    const subjects = new Map();
    return {
      on(topic, handler) {
        let subject = subjects.get(topic);
        if (subject === undefined) subjects.set(topic, (subject = new Subject()));
        const subscription = subject.subscribe(handler);
        return () => subscription.unsubscribe();
      },
      emit: (topic, data) => subjects.get(topic)?.next(data),
    };
  },
};
