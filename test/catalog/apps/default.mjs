// oxlint-disable-next-line import/no-default-export -- that some apps have one is the point
export { AppModule as default, MailModule } from './orders.mjs';
