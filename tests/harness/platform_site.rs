//! A platform's own website, for browsers: it sends people to our page and says what they brought back.
//!
//! It does what any platform has to do: what `begin` answered it keeps in the session of the browser that it sends
//! away, and asks with that, and nothing else, for what the browser brings back.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::administrator::Administrator;
use crate::platform::Platform;
use crate::random;

/// The website. It ends with the test process.
#[derive(Debug)]
pub struct PlatformSite {
    /// Its server.
    pub platform: Arc<Platform>,
    /// Where it is.
    pub origin: String,
}

/// Sessions, by their cookie: the sign-in that each has under way.
type Sessions = Mutex<BTreeMap<String, String>>;

impl PlatformSite {
    /// Registered by this administrator, and open.
    pub fn open(anna: &Administrator) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let platform = Arc::new(Platform::returning_to(anna, &[&format!("{origin}/back")]));
        let (server, here) = (Arc::clone(&platform), origin.clone());
        std::thread::spawn(move || {
            let sessions = Sessions::default();
            for stream in listener.incoming().flatten() {
                answer(&stream, &server, &here, &sessions);
            }
        });
        Self { platform, origin }
    }

    /// Where somebody signs in whose password is right.
    pub fn login(&self, username: &str, remembers: bool) -> String {
        format!("{}/login?username={username}&remembers={remembers}", self.origin)
    }
}

fn answer(mut stream: &TcpStream, platform: &Platform, origin: &str, sessions: &Sessions) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let target = request.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let field = |name: &str| {
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|it| it.0 == name).map(|it| it.1.to_owned())
    };
    let cookie = headers.iter().find_map(|line| {
        let line = line.strip_prefix("Cookie: ").or(line.strip_prefix("cookie: "))?;
        line.split("; ").find_map(|pair| pair.strip_prefix("shop=")).map(str::to_owned)
    });
    let said = match path {
        "/login" => {
            let devices = field("remembers").as_deref() == Some("true");
            let page = json!({"return_to": format!("{origin}/back"), "state": "s-1", "remembered_devices": devices});
            let begun = platform.begin_on_page(&field("username").unwrap_or_default(), page).is(200);
            let session = random::name("s");
            let pending = begun["pending"].as_str().unwrap_or_default().to_owned();
            sessions.lock().expect("a lock").insert(session.clone(), pending);
            let page = begun["page"].as_str().unwrap_or_default();
            format!(
                "HTTP/1.1 302 Found\r\nlocation: {page}\r\nset-cookie: shop={session}; Path=/; HttpOnly; SameSite=Lax\r\n\
                 connection: close\r\ncontent-length: 0\r\n\r\n"
            )
        }
        "/back" => {
            let pending = cookie.and_then(|session| sessions.lock().expect("a lock").remove(&session));
            let told = match (pending, field("reference"), field("error")) {
                (Some(pending), Some(reference), None) => platform.redeem(&pending, &reference).json(),
                (_, _, error) => json!({"error": error}),
            };
            shown(&json!({"state": field("state"), "told": told}))
        }
        _ => "HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned(),
    };
    let _ = stream.write_all(said.as_bytes());
}

fn shown(what: &Value) -> String {
    let text = what.to_string().replace('<', "");
    let page = format!("<!doctype html><title>Shop</title><link rel=icon href=data:,><pre id=told>{text}</pre>");
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{page}",
        page.len()
    )
}
