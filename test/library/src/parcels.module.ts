import { Module } from '@nestjs/common';
import { ParcelService } from './parcel.service.js';

@Module({ providers: [ParcelService], exports: [ParcelService] })
export class ParcelsModule {}
