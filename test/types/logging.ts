import { EventBusModule, type LogOptions, pinoObserver, redactSecrets, RootEventBus } from 'nestjs-event-bus';
import { pino } from 'pino';

const root = new RootEventBus({ sensitive: ['vault:**'] });
const logger = pino();

root.observe(pinoObserver(root, logger));
EventBusModule.forRoot({ logging: { logger, levels: { 'order:*': 'trace', '**': 'silent' } } });
EventBusModule.forRoot({ redact: false });
EventBusModule.forRoot({ redact: { keys: ['iban'] }, logging: false });
export const redacting = new RootEventBus({ redactor: redactSecrets({ topics: ['card:*'] }) });
// @ts-expect-error redactSecrets() makes one
export const wrong = new RootEventBus({ redactor: { keys: ['iban'] } });
// @ts-expect-error in Nest it is told by names
EventBusModule.forRoot({ redactor: redactSecrets() });
// @ts-expect-error `false` or an object
EventBusModule.forRoot({ redact: true });
EventBusModule.forRoot({ logging: { redact: { keys: ['iban'], paths: ['a.*'], topics: ['b:*'] } } });

// A summary says what it takes as data; without that it is unknown.
const summarize: LogOptions['summarize'] = {
  'order:*': (order: { id: string }, event) => `${order.id} ${event.id}`,
  // @ts-expect-error nobody knows what this data is
  '**': (data) => data.id,
};
EventBusModule.forRoot({ logging: { summarize, maxDataLength: 10, serializers: { source: String } } });

// @ts-expect-error the bus knows what is sensitive
pinoObserver(logger);
// @ts-expect-error there is no such level
EventBusModule.forRoot({ logging: { levels: { '**': 'off' } } });
// @ts-expect-error it is a list
EventBusModule.forRoot({ sensitive: 'vault:**' });
// @ts-expect-error there is no such option
EventBusModule.forRoot({ logging: { redact: { key: ['iban'] } } });
