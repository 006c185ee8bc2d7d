// What a Worker costs that does nothing, and one that does nothing but read a key.

export default {
  async fetch(request, env) {
    if (request.url.endsWith("/key")) await env.KEYS.get("a key that is not there", "json");
    return new Response("hello");
  },
};
