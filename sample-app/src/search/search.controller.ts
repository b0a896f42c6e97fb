import { BadRequestException, Controller, Get, Query } from '@nestjs/common';
import type { SearchHit } from './search-index.js';
import { SearchService } from './search.service.js';

@Controller('search')
export class SearchController {
  constructor(private readonly search: SearchService) {}

  @Get()
  find(@Query('q') query: unknown): SearchHit[] {
    if (typeof query !== 'string' || query.trim() === '')
      throw new BadRequestException('Say what to search for: /search?q=');
    return this.search.find(query);
  }
}
