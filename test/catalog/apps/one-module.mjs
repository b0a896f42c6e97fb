export { AppModule } from './orders.mjs';
export const PORT = 3000;
