//! How long an answer takes, as the client sees it.

use std::time::{Duration, Instant};

use edge_mfa_tests::{Answer, Client, Value, laws};

/// Sends a request and takes the time from the first byte sent to the last received, a connection of its own included.
/// The check of the answer comes after, and is not counted.
pub fn timed(client: &Client, method: &str, path: &str, body: Option<&Value>) -> (Duration, Answer) {
    let ask = client.ask(method, path);
    let ask = body.map_or_else(|| ask.clone(), |body| ask.clone().json(body));
    let began = Instant::now();
    let answer = ask.try_send().unwrap_or_else(|error| panic!("{method} {path}: {error}"));
    let time = began.elapsed();
    laws::hold(&answer, client.door().document());
    (time, answer)
}
