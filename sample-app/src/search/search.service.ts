import { Injectable } from '@nestjs/common';
import type {
  CommitCommentEvent,
  DiscussionCommentEvent,
  DiscussionEvent,
  IssueCommentEvent,
  IssuesEvent,
  PullRequestEvent,
  PullRequestReviewCommentEvent,
  PullRequestReviewEvent,
  ReleaseEvent,
} from '@octokit/webhooks-types';
import { OnEvent } from 'nestjs-event-bus';
import { SearchIndex } from './search-index.js';
import type { SearchHit } from './search-index.js';

/** What the payloads' issues, comments, releases… have in common. */
interface Item {
  readonly html_url: string;
  readonly body: string | null;
}

/** Keeps the texts that people write on GitHub findable. Whatever an event says of an item, the newest wins. */
@Injectable()
export class SearchService {
  private readonly index = new SearchIndex(10_000);

  find(query: string): SearchHit[] {
    return this.index.find(query, 20);
  }

  @OnEvent('github:issues.*')
  onIssue(event: IssuesEvent): void {
    this.update('issue', event, event.issue, event.issue.title);
  }

  @OnEvent('github:issue_comment.*')
  onIssueComment(event: IssueCommentEvent): void {
    this.update('comment', event, event.comment, event.issue.title);
  }

  @OnEvent('github:pull_request.*')
  onPullRequest(event: PullRequestEvent): void {
    this.update('pull request', event, event.pull_request, event.pull_request.title);
  }

  @OnEvent('github:pull_request_review.*')
  onReview(event: PullRequestReviewEvent): void {
    this.update('review', event, event.review, event.pull_request.title);
  }

  @OnEvent('github:pull_request_review_comment.*')
  onReviewComment(event: PullRequestReviewCommentEvent): void {
    this.update('review comment', event, event.comment, event.pull_request.title);
  }

  @OnEvent('github:commit_comment.*')
  onCommitComment(event: CommitCommentEvent): void {
    this.update('commit comment', event, event.comment, event.comment.commit_id);
  }

  @OnEvent('github:discussion.*')
  onDiscussion(event: DiscussionEvent): void {
    this.update('discussion', event, event.discussion, event.discussion.title);
  }

  @OnEvent('github:discussion_comment.*')
  onDiscussionComment(event: DiscussionCommentEvent): void {
    this.update('discussion comment', event, event.comment, event.discussion.title);
  }

  @OnEvent('github:release.*')
  onRelease(event: ReleaseEvent): void {
    this.update('release', event, event.release, event.release.name || event.release.tag_name);
  }

  private update(
    kind: string,
    { action, repository }: { action: string; repository: { full_name: string } },
    { html_url, body }: Item,
    title: string,
  ): void {
    if (action === 'deleted') this.index.remove(html_url);
    else this.index.put({ url: html_url, kind, repository: repository.full_name, title, body: body ?? '' });
  }
}
