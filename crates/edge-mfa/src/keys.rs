//! Key-encryption keys: which are in use, and everything moved to the newest.

use serde_json::{Value, json};

use crate::arguments::Keys;
use crate::door::Door;
use crate::failure::{Failure, Outcome};
use crate::key_tally::KeyTally;
use crate::output::{Output, count, word};
use crate::pages;
use crate::progress::Progress;
use crate::tenants::{key_ids, show};

/// Tenants that do not answer one after the other, before it is the deployment that does not.
const PATIENCE: usize = 3;

pub(crate) fn run(command: Keys, door: &Door, out: Output) -> Outcome {
    let tenants = names(door)?;
    let mut round = Round { door, tally: KeyTally::default(), resealed: 0, silent: Vec::new() };
    let mut progress = Progress::new();
    let mut in_a_row = 0;
    for (index, tenant) in tenants.iter().enumerate() {
        if in_a_row == PATIENCE {
            round.tally.add_silent();
            continue;
        }
        progress.say(|| format!("{} of {}: {tenant}", index + 1, count(tenants.len() as u64, "tenant", "tenants")));
        let asked = match command {
            Keys::Status => round.look(tenant),
            Keys::Reseal => round.reseal(tenant),
        };
        in_a_row = if asked.is_ok() { 0 } else { in_a_row + 1 };
        round.note(tenant, asked)?;
    }
    drop(progress);
    round.told(command, out, tenants.len() as u64)
}

/// Every tenant, before the first is asked: then it is known how far it is.
fn names(door: &Door) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    pages::each(door, "/tenants", "tenants", &[], |tenant| {
        names.push(word(tenant, "tenant").to_owned());
        Ok(())
    })?;
    Ok(names)
}

/// One way through all tenants.
struct Round<'a> {
    door: &'a Door,
    tally: KeyTally,
    resealed: u64,
    /// Who did not answer, and why.
    silent: Vec<(String, Failure)>,
}

impl Round<'_> {
    /// The keys that something of the tenant is under.
    fn look(&mut self, tenant: &str) -> Outcome<Vec<String>> {
        let keys = key_ids(&show(self.door, tenant)?);
        keys.iter().for_each(|key| self.tally.met(key));
        Ok(keys)
    }

    /// The same, after everything of the tenant has been moved to the newest.
    fn reseal(&mut self, tenant: &str) -> Outcome<Vec<String>> {
        let keys = self.look(tenant)?;
        let is_done = match (keys.as_slice(), self.tally.newest()) {
            ([], _) => true,
            ([key], Some(newest)) => key == newest,
            _ => false,
        };
        if is_done {
            return Ok(keys);
        }
        let answer = self.door.post(&format!("/tenants/{tenant}/reseal"), &json!({}))?;
        self.tally.set_newest(word(&answer, "key"));
        if answer.get("was_due") != Some(&Value::Bool(true)) {
            return Ok(keys);
        }
        self.resealed += 1;
        // What counts is how it is, not what was ordered.
        self.look(tenant)
    }

    /// One tenant's trouble does not hold up the others. A refused token does.
    fn note(&mut self, tenant: &str, asked: Outcome<Vec<String>>) -> Outcome {
        match asked {
            Ok(keys) => self.tally.add(&keys),
            Err(Failure::Refused(problem)) if problem.status == 401 => return Err(Failure::Refused(problem)),
            Err(failure) => {
                self.tally.add_silent();
                self.silent.push((tenant.to_owned(), failure));
            }
        }
        Ok(())
    }

    fn told(self, command: Keys, out: Output, tenants: u64) -> Outcome {
        let mut result = self.tally.json();
        if let Value::Object(members) = &mut result {
            members.insert("tenants".to_owned(), tenants.into());
            if matches!(command, Keys::Reseal) {
                members.insert("resealed".to_owned(), self.resealed.into());
            }
        }
        out.show(&result, || {
            let gone_through = count(tenants, "tenant", "tenants");
            match command {
                Keys::Status => format!("{gone_through}\n\n{}", self.tally.text()),
                Keys::Reseal => format!("{gone_through}, {} moved now\n\n{}", self.resealed, self.tally.text()),
            }
        })?;
        let Some((tenant, failure)) = self.silent.into_iter().next() else { return Ok(()) };
        let why = match failure {
            Failure::Refused(problem) => problem.sentence(),
            Failure::Failed(sentence) | Failure::Usage(sentence) | Failure::Partly(sentence) => sentence,
            Failure::NobodyReads => return Err(Failure::NobodyReads),
        };
        Err(Failure::Failed(format!("{tenant} could not be asked: {why}")))
    }
}
