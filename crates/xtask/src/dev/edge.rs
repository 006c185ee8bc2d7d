//! The local edge: wrangler with workerd, and what is said when it does not come up.

use super::companion::Companion;
use super::http::Door;
use super::{QUIET, stop};
use crate::run::spell;
use crate::{Outcome, project, run};
use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

/// On a machine that is busy with something else it takes half a minute; a build of the Worker, if wrangler finds one
/// due, some more.
const LONGEST_START: Duration = Duration::from_secs(600);

pub(super) fn start(port: u16, mailbox: Option<&str>) -> Outcome<Companion> {
    let mut wrangler = run::program(project::node_bin().join("wrangler"));
    wrangler.args(["dev", "--port", &port.to_string()]);
    wrangler.args("--log-level warn --show-interactive-dev-session false --inspector-port 0".split(' '));
    // Never so in a deployment: an identity provider may be on this machine.
    wrangler.args(["--var", "LOOPBACK_PROVIDERS:allowed"]);
    if let Some(mailbox) = mailbox {
        wrangler.args(["--var", &format!("NOTIFIER_URL:{mailbox}")]);
    }
    wrangler.arg("--persist-to").arg(project::edge_state()).envs(QUIET);
    // Its trace of what passes between Worker and objects holds secrets: beside the state that has them too, not at home.
    wrangler.env("WRANGLER_LOG_PATH", logs());
    // By which wrangler.toml builds, now and whenever a source changes. Through cargo it would wait, without a word, for
    // any other cargo command that works in this checkout.
    let this = std::env::current_exe().map_err(|error| format!("this program cannot find itself: {error}"))?;
    wrangler.env("EDGE_MFA_XTASK", this);
    Companion::start(wrangler)
}

pub(super) fn wait_until_it_answers(edge: &mut Companion, door: &Door) -> Outcome {
    let started = SystemTime::now();
    let mut next = Duration::from_secs(30);
    while door.get("/api/v1/tenants/demo").is_err() {
        if let Some(status) = edge.ended()? {
            return Err(format!("the local edge did not start ({status}).\n{}", last_words(started)));
        }
        if stop::is_wanted() {
            return Err("stopped".to_owned());
        }
        let elapsed = started.elapsed().unwrap_or_default();
        if elapsed > LONGEST_START {
            return Err(format!("the local edge does not answer after {}.\n{}", spell(elapsed), last_words(started)));
        }
        if elapsed > next {
            next = elapsed + Duration::from_secs(30);
            let line = log_since(started).and_then(|(_, said)| said.last().cloned()).unwrap_or_default();
            println!("      {}  {line}", spell(elapsed));
        }
        sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn logs() -> PathBuf {
    project::edge_state().join("logs")
}

fn last_words(started: SystemTime) -> String {
    match log_since(started) {
        Some((path, said)) => {
            let last = said[said.len().saturating_sub(15)..].join("\n");
            format!("Its last words were\n{last}\n(all of it: {}, which may hold secrets)", path.display())
        }
        None => format!("Its own words are above; nothing was written to {}.", logs().display()),
    }
}

/// What wrangler has written down since, and the lines of it that are for people. One that fails early writes nothing.
fn log_since(started: SystemTime) -> Option<(PathBuf, Vec<String>)> {
    let files = fs::read_dir(logs()).ok()?.flatten();
    let dated = files.filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path())));
    let (_, path) = dated.filter(|(modified, _)| *modified >= started).max()?;
    let said = said(&String::from_utf8_lossy(&fs::read(&path).ok()?));
    Some((path, said))
}

/// The lines of every entry but `debug`, which holds bodies of requests. An entry begins with `--- time level` and ends
/// with `---`.
fn said(log: &str) -> Vec<String> {
    let mut is_for_people = false;
    let mut lines = Vec::new();
    for line in log.lines() {
        if let Some(head) = line.strip_prefix("--- ") {
            is_for_people = !head.ends_with(" debug");
        } else if line == "---" {
            is_for_people = false;
        } else if is_for_people && !matches!(line.trim(), "" | "[custom build]") {
            lines.push(line.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn bodies_of_requests_are_not_shown() {
        let log = "\n--- 2026-11-23T13:22:27.876Z log\n[custom build] waiting\n\nfor another\n---\n\
                   \n--- 2026-11-23T13:22:27.990Z debug\nRUNTIME {\n  body: 'secret'\n}\n---\n\
                   \n--- 2026-11-23T13:22:28.000Z error\nno port\n---\n";
        assert_eq!(said(log), ["[custom build] waiting", "for another", "no port"]);
    }
}
