// A real `escgraph serve --demo` that comes back at the same place, however it ended.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ESCGRAPH = fileURLToPath(new URL("../../.venv/bin/escgraph", import.meta.url));
const SPEED = "7200"; // two hours a second: management hears of a HIGH ticket after two seconds

export class Server {
  /** Make a database and start a server on it. */
  static async started() {
    const server = new Server();
    process.on("exit", () => server.process?.kill("SIGKILL"));
    server.home = await mkdtemp(join(tmpdir(), "escgraph-clients-"));
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}/graphql`;
    server.socketUrl = `ws://127.0.0.1:${server.port}/graphql`;
    const printed = await server.start("--demo");
    server.tokens = Object.fromEntries(
      [...printed.matchAll(/^export ESC_TOKEN_(\w+)=(\S+)$/gm)].map(([, who, token]) => [who, token]),
    );
    return server;
  }

  /** Start it; resolves to what it printed until it answered. */
  async start(...options) {
    this.process = spawn(ESCGRAPH, ["serve", ...options], { env: this.#environment() });
    let printed = "";
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on("data", (chunk) => (printed += chunk));
    }
    while (!(await this.#answers())) {
      if (this.process.exitCode !== null) throw new Error(`the server did not start:\n${printed}`);
      await pause(50);
    }
    await pause(100); // what it prints at start comes right after it began to answer
    return printed;
  }

  /** End it with a signal, and wait until it has ended. */
  async end(signal) {
    const ended = once(this.process, "exit");
    this.process.kill(signal);
    await ended;
  }

  /** End it and remove its database. */
  async remove() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.end("SIGKILL");
    await rm(this.home, { recursive: true });
  }

  #environment() {
    const ours = Object.entries(process.env).filter(([name]) => !name.startsWith("ESCGRAPH_"));
    return {
      ...Object.fromEntries(ours),
      ESCGRAPH_DATABASE_URL: `sqlite://${join(this.home, "escgraph.db")}`,
      ESCGRAPH_PORT: String(this.port),
      ESCGRAPH_CLOCK_SPEED: SPEED,
    };
  }

  async #answers() {
    try {
      return (await fetch(`http://127.0.0.1:${this.port}/readyz`)).ok;
    } catch {
      return false;
    }
  }
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
