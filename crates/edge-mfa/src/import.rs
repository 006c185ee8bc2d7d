//! Members of another product, brought in with their authenticators.
//!
//! What is in the file is read here; what is sent is a name and a key URI for each line that can be taken, twenty at a
//! time. Secrets are sent to the deployment and are in nothing that is printed.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use mfa_core::key_uri::KeyUri;
use mfa_core::member::Imported;
use mfa_import::{Line, MAX_FILE, Options};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::arguments::{Import, Product};
use crate::door::Door;
use crate::failure::{Failure, Outcome, of_file};
use crate::output::{Output, count, harmless, word};
use crate::progress::Progress;
use crate::{part, tenants, token};

/// Lines of one request: as many as the API takes.
const AT_ONCE: usize = 20;
/// No key file is longer.
const LONGEST_KEY: u64 = 16 * 1024;

pub(crate) fn run(what: &Import, door: impl FnOnce() -> Outcome<Door>, out: Output) -> Outcome {
    let lines = read(what)?;
    let door = door()?;
    let mut links = what.links.as_deref().map(Links::open).transpose()?;
    let mut tally = Tally::default();
    let mut progress = Progress::new();
    for batch in lines.chunks(AT_ONCE) {
        let answers = send(what, batch, &door)?;
        for (line, answer) in batch.iter().zip(answers) {
            if let Some(links) = &mut links {
                links.keep(&answer)?;
            }
            let told = told(line, &answer);
            tally.count(&told);
            out.show(&told, || sentence(&told))?;
        }
        progress.say(|| count(tally.lines, "line", "lines"));
    }
    tally.tell(what, out)
}

fn read(what: &Import) -> Outcome<Vec<Line>> {
    let key = what.key_file.as_deref().map(read_key).transpose()?;
    let mut bytes = Zeroizing::new(Vec::new());
    let most = u64::try_from(MAX_FILE).unwrap_or(u64::MAX).saturating_add(1);
    let opened = File::open(&what.file).and_then(|file| file.take(most).read_to_end(&mut bytes));
    opened.map_err(|error| of_file("read", &what.file, &error))?;
    let options = Options { key, digits: what.digits, period: what.period };
    mfa_import::read(product(what.from), &bytes, &options).map_err(|trouble| {
        let hint =
            if what.key_file.is_none() && trouble == mfa_import::Unreadable::KeyMissing { " (--key-file)" } else { "" };
        Failure::Failed(format!("{} cannot be brought in: {trouble}{hint}. Nothing was changed.", what.file.display()))
    })
}

fn read_key(path: &Path) -> Outcome<Zeroizing<String>> {
    let file = File::open(path).map_err(|error| of_file("read", path, &error))?;
    token::refuse_shared(&file, path)?;
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST_KEY).read_to_string(&mut text).map_err(|error| of_file("read", path, &error))?;
    // Whoever wrote it with an editor left a line break at its end.
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// What the deployment says to each line of a batch; nothing to one that was not sent.
fn send(what: &Import, batch: &[Line], door: &Door) -> Outcome<Vec<Value>> {
    let rows: Vec<Value> = batch.iter().filter_map(row).collect();
    let mut results = Vec::new();
    if !rows.is_empty() {
        let tenant = &what.tenant;
        let body = json!({ "dry_run": what.dry_run, "rows": rows });
        let answer = door.post(&format!("/tenants/{tenant}/import"), &body).map_err(|failure| {
            tenants::not_found(failure, tenant).reworded("wrong_mode", || {
                format!("MFA is not on in {tenant}. An administrator switches it on; then run this again.")
            })
        })?;
        results = answer.get("results").and_then(Value::as_array).cloned().unwrap_or_default();
    }
    let mut results = results.into_iter();
    let answer = |line: &Line| if row(line).is_some() { results.next().unwrap_or_default() } else { Value::Null };
    Ok(batch.iter().map(answer).collect())
}

fn row(line: &Line) -> Option<Value> {
    let (Some(username), Ok(imported)) = (&line.username, &line.brings) else { return None };
    Some(json!({ "username": username.trim(), "role": "member", "key_uri": &**key_uri(username, imported) }))
}

fn key_uri(username: &str, imported: &Imported) -> Zeroizing<String> {
    let (secret, parameters) = (imported.secret().clone(), *imported.parameters());
    KeyUri { issuer: None, account: username.to_owned(), secret, parameters }.to_uri()
}

/// One line of the report.
fn told(line: &Line, answer: &Value) -> Value {
    let mut told = Map::new();
    told.insert("place".to_owned(), line.place.as_str().into());
    told.insert("username".to_owned(), line.username.as_deref().into());
    let (result, reason) = match &line.brings {
        Err(trouble) => ("refused", Some(trouble.to_string())),
        Ok(_) => match word(answer, "result") {
            known @ ("importable" | "imported" | "already_imported" | "already_invited" | "already_member") => {
                (known, None)
            }
            other => ("refused", Some(refusal(other))),
        },
    };
    told.insert("result".to_owned(), result.into());
    told.insert("reason".to_owned(), reason.into());
    let notes = line.notes.iter().map(ToString::to_string).collect::<Vec<_>>();
    told.insert("notes".to_owned(), notes.into());
    Value::Object(told)
}

/// Why the deployment does not take a line.
fn refusal(result: &str) -> String {
    match result {
        "username_unacceptable" => "a username has 1 to 64 of a-z 0-9 . _ @ + and -".to_owned(),
        "twice" => "the name is in the file before: only the first line is brought in".to_owned(),
        "authenticator_unacceptable" => "the deployment does not take such an authenticator".to_owned(),
        other => format!("the deployment answered {other:?}"),
    }
}

fn sentence(told: &Value) -> String {
    let what = match word(told, "result") {
        "importable" => "can be brought in",
        "imported" => "is brought in and invited",
        "already_imported" => "was brought in before; nothing has changed",
        "already_invited" => "is invited; her authenticator is brought in if none waits for her",
        "already_member" => "is a member already; nothing has changed",
        _ => "NOT brought in",
    };
    let name = told.get("username").and_then(Value::as_str).unwrap_or("(no name)");
    let mut text = format!("{}: {} {what}", harmless(word(told, "place")), harmless(name));
    if let Some(reason) = told.get("reason").and_then(Value::as_str) {
        text = format!("{text}: {}", harmless(reason));
    }
    let notes = told.get("notes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    notes.iter().filter_map(Value::as_str).fold(text, |text, note| format!("{text}\n    {note}"))
}

/// How many lines came to what.
#[derive(Default)]
struct Tally {
    lines: u64,
    taken: u64,
    before: u64,
    refused: u64,
}

impl Tally {
    fn count(&mut self, told: &Value) {
        self.lines += 1;
        match word(told, "result") {
            "imported" | "importable" => self.taken += 1,
            "refused" => self.refused += 1,
            _ => self.before += 1,
        }
    }

    /// The sum, and an exit code that says whether everybody is in.
    fn tell(&self, what: &Import, out: Output) -> Outcome {
        let Tally { lines, taken, before, refused } = self;
        let summary = json!({
            "summary": { "dry_run": what.dry_run, "lines": lines, "taken": taken, "before": before, "refused": refused },
        });
        let done = if what.dry_run { "can be brought in, and nothing was changed" } else { "brought in" };
        out.show(&summary, || {
            format!("{}: {taken} {done}; {before} there before; {refused} refused", count(*lines, "line", "lines"))
        })?;
        match refused {
            0 => Ok(()),
            refused => Err(Failure::Partly(format!("{} not taken.", count(*refused, "line was", "lines were")))),
        }
    }
}

/// The invitations' links: whoever opens one becomes that member, so they are for one person's eyes.
struct Links(File);

impl Links {
    fn open(path: &Path) -> Outcome<Links> {
        let file = part::private().create(true).append(true).open(path);
        let file = file.map_err(|error| of_file("written", path, &error))?;
        token::refuse_shared(&file, path)?;
        Ok(Links(file))
    }

    fn keep(&mut self, answer: &Value) -> Outcome {
        if answer.get("url").is_none() {
            return Ok(());
        }
        let link = json!({
            "username": answer.get("username"), "url": answer.get("url"), "expires_at": answer.get("expires_at"),
        });
        let kept = writeln!(self.0, "{link}").and_then(|()| self.0.sync_data());
        kept.map_err(|error| Failure::Failed(format!("A link could not be written: {error}.")))
    }
}

fn product(product: Product) -> mfa_import::Product {
    match product {
        Product::BetterAuth => mfa_import::Product::BetterAuth,
        Product::Keycloak => mfa_import::Product::Keycloak,
        Product::Kratos => mfa_import::Product::Kratos,
        Product::Authelia => mfa_import::Product::Authelia,
        Product::PrivacyIdea => mfa_import::Product::PrivacyIdea,
        Product::GoogleAuthenticator => mfa_import::Product::GoogleAuthenticator,
        Product::KeyUris => mfa_import::Product::KeyUris,
    }
}
