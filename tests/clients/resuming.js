// graphql-ws keeps a cursor, loses its server twice, and still gets every event once, in order.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { createClient } from "graphql-ws";
import { WebSocket } from "ws";

import { Server } from "./server.js";

const TICKETS = 24;

const FOLLOW = `subscription Follow($after: Cursor) {
  events(after: $after) {
    __typename
    ... on EventItem { cursor event { id kind ticket { id } ticketVersion } }
    ... on CaughtUp { cursor }
    ... on Heartbeat { cursor }
    ... on Resync { cursor reason }
  }
}`;
const OPEN = `mutation Open($input: OpenTicketInput!) {
  openTicket(input: $input) { ticket { id } errors { code message } cursor }
}`;
const LIVE = `{ tickets(filter: {statuses: [OPEN]}, first: 200) { nodes { id tier } } }`;
const CANCEL = `mutation Cancel($input: CancelTicketInput!) {
  cancelTicket(input: $input) { ticket { id } errors { code message } cursor }
}`;
const EVENTS = `query Events($after: Cursor) {
  events(after: $after, first: 200) {
    cursor
    pageInfo { hasNextPage }
    edges { cursor node { id kind ticketVersion } }
  }
}`;

export const resuming = {
  async "a graphql-ws client that resumes gets every event once through a kill and a restart"() {
    const server = await Server.started();
    try {
      await everyEventOnce(server);
    } finally {
      await server.remove();
    }
  },
};

async function everyEventOnce(server) {
  const ask = asking(server.url, server.tokens.MANAGER);
  const begin = (await ask("{ board { cursor } }")).board.cursor;
  const follower = new Follower(server, begin);
  const following = follower.follow();
  following.catch(() => {}); // it is looked at below

  await openTickets(ask, TICKETS / 3);
  await server.end("SIGKILL");
  await server.start();
  await openTickets(ask, TICKETS / 3);
  await server.end("SIGTERM");
  await server.start();
  await openTickets(ask, TICKETS / 3);
  const end = await everythingSettles(ask);
  await Promise.race([follower.reaches(end), following]);
  await follower.stop();

  const written = await eventsBetween(ask, begin);
  assert.deepEqual(follower.heard, written);
  assert.equal(new Set(written.map((event) => event.id)).size, written.length);
  assert.equal(follower.resyncs, 0);
  assert.ok(follower.connections >= 3, `it connected ${follower.connections} times`);
  assert.equal(written.filter((event) => event.kind === "TicketOpened").length, TICKETS);
  assert.equal(written.filter((event) => event.kind === "TicketEscalated").length, TICKETS * 2);
}

/** A graphql-ws client: it reconnects by itself, and each time it goes on from its last cursor. */
class Follower {
  heard = [];
  connections = 0;
  resyncs = 0;

  constructor(server, cursor) {
    this.cursor = cursor;
    this.client = createClient({
      url: server.socketUrl,
      webSocketImpl: WebSocket,
      lazy: true,
      connectionParams: { Authorization: `Bearer ${server.tokens.ENGINEER}` },
      retryAttempts: 100,
      retryWait: () => pause(100),
      shouldRetry: () => true,
      on: { connected: () => (this.connections += 1) },
    });
  }

  /** Listen until stopped. What graphql-ws sends again after a reconnect has the cursor of now. */
  async follow() {
    const variables = { toJSON: () => ({ after: this.cursor }) };
    for await (const { data, errors } of this.client.iterate({ query: FOLLOW, variables })) {
      assert.equal(errors, undefined);
      this.take(data.events);
    }
  }

  take(item) {
    this.cursor = item.cursor;
    this.resyncs += item.__typename === "Resync";
    if (item.__typename === "EventItem") {
      const { id, kind, ticketVersion } = item.event;
      this.heard.push({ cursor: item.cursor, id, kind, ticketVersion });
    }
  }

  async reaches(cursor) {
    while (this.cursor !== cursor) await pause(50);
  }

  async stop() {
    await this.client.dispose();
  }
}

/** Operations by fetch(); each must succeed. */
function asking(url, token) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  return async (query, variables = {}) => {
    const body = JSON.stringify({ query, variables });
    const answer = await (await fetch(url, { method: "POST", headers, body })).json();
    assert.equal(answer.errors, undefined);
    for (const field of Object.values(answer.data)) assert.deepEqual(field.errors ?? [], []);
    return answer.data;
  };
}

async function openTickets(ask, count) {
  for (let number = 1; number <= count; number += 1) {
    const input = {
      title: `scanner ${number} is offline`,
      description: "no route to the warehouse",
      category: "system-outage",
      priority: "HIGH",
      reporter: "the warehouse",
    };
    await ask(OPEN, { input });
  }
}

/** Wait until deadlines brought every ticket to management, and cancel them: nothing follows. */
async function everythingSettles(ask) {
  let live = (await ask(LIVE)).tickets.nodes;
  while (live.some((ticket) => ticket.tier !== "MANAGEMENT")) {
    await pause(100);
    live = (await ask(LIVE)).tickets.nodes;
  }
  for (const { id } of live) await ask(CANCEL, { input: { ticketId: id, reason: "that is all" } });
  return (await ask("{ board { cursor } }")).board.cursor;
}

/** What the database holds, as a query reads it page by page. */
async function eventsBetween(ask, begin) {
  const found = [];
  let after = begin;
  for (let more = true; more; ) {
    const { events } = await ask(EVENTS, { after });
    for (const { cursor, node } of events.edges) found.push({ cursor, ...node });
    after = events.cursor;
    more = events.pageInfo.hasNextPage;
  }
  return found;
}
