//! The way to the deployment: one request after the other, each repeated until it is answered.

use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use ureq::{Agent, http};

use crate::address::Address;
use crate::failure::{Failure, Outcome};
use crate::problem::Problem;
use crate::token::Token;

/// Waits between the tries. An answer is kept for ten minutes under its idempotency key, so all of them together, with
/// [`PATIENCE`] for each try, stay well below that.
const WAITS: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// For one try.
const PATIENCE: Duration = Duration::from_secs(60);

/// A deployment, and what we prove ourselves with there.
pub(crate) struct Door {
    address: Address,
    bearer: String,
    agent: Agent,
    waits: [Duration; 4],
}

/// What came of one try.
enum Try {
    Answered(u16, Value),
    /// Another try may go better.
    Again(String),
    /// None will.
    Never(String),
}

impl Door {
    pub(crate) fn new(address: Address, token: Token) -> Door {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Another address is never given the token.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("edge-mfa/", env!("CARGO_PKG_VERSION")))
            .build();
        Door { address, bearer: token.bearer(), agent: config.new_agent(), waits: WAITS }
    }

    /// Where it leads.
    pub(crate) fn address(&self) -> &str {
        self.address.as_str()
    }

    /// Reads what is at `path`, below `/api/v1/operator`.
    pub(crate) fn get(&self, path: &str, query: &[(&str, String)]) -> Outcome<Value> {
        self.answer(|| {
            let request = self.agent.get(self.uri(path)).header("authorization", &self.bearer);
            let request = query.iter().fold(request, |request, (name, value)| request.query(name, value));
            request.call()
        })
    }

    /// Does what `path` stands for, once, however many tries that takes.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        let key = idempotency_key()?;
        let body = body.to_string();
        self.answer(|| {
            let request = self.agent.post(self.uri(path)).header("authorization", &self.bearer);
            let request = request.header("content-type", "application/json").header("idempotency-key", &key);
            request.send(&body)
        })
    }

    fn uri(&self, path: &str) -> String {
        format!("{}/api/v1/operator{path}", self.address.as_str())
    }

    fn answer(&self, request: impl Fn() -> Result<http::Response<ureq::Body>, ureq::Error>) -> Outcome<Value> {
        let mut waits = self.waits.iter();
        loop {
            let trouble = match self.judge(request()) {
                Try::Answered(200..=299, body) => return Ok(body),
                Try::Answered(status, body) => match (Problem::read(status, &body), status) {
                    (Some(problem), 500..) if waits.len() == 0 => return Err(Failure::Refused(problem)),
                    (_, 500..) => format!("{} answered {status}", self.address()),
                    (Some(problem), _) => return Err(Failure::Refused(problem)),
                    (None, _) => return Err(self.not_ours(&format!("it answered {status}"))),
                },
                Try::Again(trouble) => trouble,
                Try::Never(trouble) => return Err(Failure::Failed(trouble)),
            };
            match waits.next() {
                Some(wait) => sleep(*wait),
                None => {
                    return Err(Failure::Failed(format!(
                        "{trouble}, {} times in a row. Check --url and the network; it is safe to run the command again.",
                        self.waits.len() + 1
                    )));
                }
            }
        }
    }

    fn judge(&self, answer: Result<http::Response<ureq::Body>, ureq::Error>) -> Try {
        let mut answer = match answer {
            Ok(answer) => answer,
            Err(error @ (ureq::Error::Http(_) | ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_))) => {
                return Try::Never(format!("The request could not be made: {error}."));
            }
            Err(error) => return Try::Again(format!("{} does not answer ({error})", self.address())),
        };
        let status = answer.status().as_u16();
        if (300..400).contains(&status) {
            let target = answer.headers().get("location").and_then(|target| target.to_str().ok()).unwrap_or("nowhere");
            let address = self.address();
            return Try::Never(format!(
                "{address} sends its visitors on to {target}, and the token goes to the address that you give alone. \
                 If that is where the deployment is, give it as --url."
            ));
        }
        match answer.body_mut().read_to_string() {
            Ok(text) if text.is_empty() => Try::Answered(status, Value::Null),
            Ok(text) => match serde_json::from_str(&text) {
                Ok(body) => Try::Answered(status, body),
                // A proxy's own page: whatever it means, the status tells.
                Err(_) if status >= 500 => Try::Answered(status, Value::Null),
                Err(_) => Try::Never(self.not_ours_sentence("its answer is no JSON")),
            },
            Err(error) => Try::Again(format!("{} stopped in the middle of an answer ({error})", self.address())),
        }
    }

    fn not_ours(&self, why: &str) -> Failure {
        Failure::Failed(self.not_ours_sentence(why))
    }

    fn not_ours_sentence(&self, why: &str) -> String {
        format!("{} does not seem to be Edge MFA: {why}. Check --url.", self.address())
    }
}

/// New for each act.
fn idempotency_key() -> Outcome<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::Failed(format!("The system's randomness cannot be read: {error}.")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::thread;

    /// Answers one request with each of these, and gives back the idempotency keys that came.
    fn deployment(answers: Vec<String>) -> (Door, thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let served = thread::spawn(move || {
            let mut keys = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut length = 0;
                for line in reader.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty()) {
                    let line = line.to_lowercase();
                    if let Some(key) = line.strip_prefix("idempotency-key: ") {
                        keys.push(key.to_owned());
                    }
                    if let Some(value) = line.strip_prefix("content-length: ") {
                        length = value.parse().unwrap();
                    }
                }
                reader.read_exact(&mut vec![0; length]).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
            }
            keys
        });
        let Ok(token) = Token::parse("test-test-test-test-test-test-test", "the test") else { panic!("a good token") };
        let mut door = Door::new(crate::address::parse(&address).unwrap(), token);
        door.waits = [Duration::ZERO; 4];
        (door, served)
    }

    fn answer(head: &str, body: &str) -> String {
        format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
    }

    #[test]
    fn a_try_that_fails_is_repeated_under_the_same_key() {
        let done = answer("200 OK", "{\"done\":1}");
        let cut_off = done[..done.len() - 3].to_owned();
        let (door, served) = deployment(vec![answer("503 Busy", "busy"), String::new(), cut_off, done]);
        assert_eq!(door.post("/tenants", &json!({})).unwrap(), json!({ "done": 1 }));
        let keys = served.join().unwrap();
        assert_eq!(keys.len(), 4);
        assert!(keys.iter().all(|key| *key == keys[0] && key.len() == 32), "{keys:?}");
    }

    fn refusal(answers: Vec<String>) -> Failure {
        let (door, served) = deployment(answers);
        let failure = door.get("/tenants", &[]).unwrap_err();
        served.join().unwrap();
        failure
    }

    fn sentence(answers: Vec<String>) -> String {
        match refusal(answers) {
            Failure::Failed(sentence) => sentence,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn in_the_end_it_gives_up_and_says_so() {
        assert!(sentence(vec![answer("503 Busy", "busy"); 5]).contains("answered 503, 5 times in a row"));
        let own = answer("503 Busy", "{\"title\":\"Not now.\",\"code\":\"unavailable\"}");
        assert!(matches!(refusal(vec![own; 5]), Failure::Refused(problem) if problem.code == "unavailable"));
    }

    #[test]
    fn a_refusal_is_not_repeated() {
        let refused = answer("409 Conflict", "{\"title\":\"That exists already.\",\"code\":\"conflict\"}");
        let problem = refusal(vec![refused]);
        assert!(matches!(problem, Failure::Refused(problem) if problem.code == "conflict" && problem.status == 409));
    }

    #[test]
    fn the_token_is_not_carried_to_another_address() {
        let elsewhere = answer("302 Found\r\nLocation: https://evil.example", "");
        assert!(sentence(vec![elsewhere]).contains("https://evil.example"));
    }

    #[test]
    fn another_kind_of_server_is_recognised() {
        assert!(sentence(vec![answer("200 OK", "<html>")]).contains("does not seem to be Edge MFA"));
        assert!(sentence(vec![answer("404 Not Found", "{}")]).contains("does not seem to be Edge MFA"));
    }
}
