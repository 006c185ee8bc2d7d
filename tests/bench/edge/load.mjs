// Sends requests over connections that stay open, and takes the time of each.

import http from "node:http";

export class Door {
  constructor(port, lanes = 4) {
    this.port = port;
    this.origin = `http://localhost:${port}`;
    this.lanes = lanes;
  }

  /** One request. `asked` holds method, path, headers, and a body that goes as JSON. */
  ask({ method = "POST", path, headers = {}, body }, agent = new http.Agent()) {
    const bytes = body === undefined ? undefined : JSON.stringify(body);
    const length = bytes === undefined ? {} : { "content-length": Buffer.byteLength(bytes) };
    return new Promise((answers, fails) => {
      const began = performance.now();
      const options = { host: "127.0.0.1", port: this.port, method, path, agent };
      options.headers = { host: `localhost:${this.port}`, ...headers, ...length };
      const request = http.request(options, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part)).on("error", fails);
        response.on("end", () => {
          const took = performance.now() - began;
          const text = Buffer.concat(parts).toString();
          answers({ took, status: response.statusCode, text, cookies: response.headers["set-cookie"] ?? [] });
        });
      });
      request.on("error", (error) => {
        // Hung up on between two requests, by a process that was too busy to see the second: it was not heard.
        const unheard = error.code === "ECONNRESET" && request.reusedSocket;
        unheard ? this.ask({ method, path, headers, body }).then(answers, fails) : fails(error);
      });
      request.end(bytes);
    });
  }

  /** All of them, so many at a time. The answers in order, and the seconds that it took. */
  async all(requests, lanes = this.lanes) {
    const answers = new Array(requests.length);
    // Connections of its own: whoever is idle for five seconds is hung up on.
    const agent = new http.Agent({ keepAlive: true, maxSockets: lanes });
    let next = 0;
    const lane = async () => {
      for (let at = next++; at < requests.length; at = next++) answers[at] = await this.ask(requests[at], agent);
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: Math.min(lanes, requests.length) }, lane));
    agent.destroy();
    return { answers, seconds: (performance.now() - began) / 1000 };
  }
}

/** An answer that must be a success, as JSON. */
export function right(answer, status = 200) {
  if (answer.status !== status)
    throw new Error(`answered ${answer.status}, not ${status}: ${answer.text.slice(0, 300)}`);
  return answer.text === "" ? null : JSON.parse(answer.text);
}

/** What a browser would send back. */
export function cookieHeader(answer) {
  const pairs = answer.cookies.filter((cookie) => !/max-age=0/i.test(cookie)).map((cookie) => cookie.split(";")[0]);
  return pairs.join("; ");
}
