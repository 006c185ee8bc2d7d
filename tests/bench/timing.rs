//! How long an answer takes, as the client sees it.

use std::time::{Duration, Instant};

use edge_mfa_tests::{Answer, Client, Value, laws};

/// Times of one kind of request.
#[derive(Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// One more.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
        self.0.sort();
    }

    /// The middle one and the longest; nothing when there is none.
    pub fn median_and_longest(&self) -> Option<(Duration, Duration)> {
        Some((*self.0.get(self.0.len() / 2)?, *self.0.last()?))
    }
}

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
