//! Under which key-encryption keys tenants have something.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::output::{Table, count};

/// Key by key, how many tenants.
#[derive(Debug, Default)]
pub(crate) struct KeyTally {
    tenants: BTreeMap<String, u64>,
    /// What new things are wrapped under, as far as the deployment has said.
    newest: Option<String>,
    /// Tenants that did not say: until they do, no key can go.
    silent: u64,
}

impl KeyTally {
    /// A key was met. It is listed even if nothing turns out to be under it.
    pub(crate) fn met(&mut self, key: &str) {
        self.tenants.entry(key.to_owned()).or_default();
    }

    /// A tenant has something under each of these.
    pub(crate) fn add(&mut self, keys: &[String]) {
        for key in keys {
            *self.tenants.entry(key.clone()).or_default() += 1;
        }
    }

    /// A tenant did not say.
    pub(crate) fn add_silent(&mut self) {
        self.silent += 1;
    }

    /// The deployment wraps under this one.
    pub(crate) fn set_newest(&mut self, key: &str) {
        self.met(key);
        self.newest = Some(key.to_owned());
    }

    /// What the deployment wraps under, as far as it has said.
    pub(crate) fn newest(&self) -> Option<&str> {
        self.newest.as_deref()
    }

    /// Whether nothing needs this key any more.
    fn may_retire(&self, key: &str, tenants: u64) -> bool {
        tenants == 0 && self.silent == 0 && self.newest().is_some_and(|newest| newest != key)
    }

    pub(crate) fn json(&self) -> Value {
        let keys = self.tenants.iter().map(|(key, tenants)| {
            let newest = self.newest().map(|newest| newest == key);
            json!({ "key": key, "tenants": tenants, "newest": newest, "retire": self.may_retire(key, *tenants) })
        });
        json!({ "keys": keys.collect::<Vec<_>>(), "silent_tenants": self.silent })
    }

    pub(crate) fn text(&self) -> String {
        let mut table = Table::new(&["key", "tenants", ""]);
        for (key, tenants) in &self.tenants {
            let remark = if self.newest() == Some(key) { "the newest" } else { "" };
            table.row([key.clone(), tenants.to_string(), remark.to_owned()]);
        }
        format!("{}\n\n{}", table.text(), self.advice())
    }

    /// What to do with it.
    fn advice(&self) -> String {
        if self.silent > 0 {
            return format!(
                "{} did not answer. Until all do, retire no key; run `edge-mfa keys reseal` again.",
                count(self.silent, "tenant", "tenants")
            );
        }
        let Some(newest) = self.newest() else {
            return "A key with tenants has to stay in KEY_ENCRYPTION_KEYS. One that is not listed has nothing under it: \
                    it can be retired, unless it is the first, which new things are wrapped under. `edge-mfa keys \
                    reseal` moves everything to the first."
                .to_owned();
        };
        let mut lines: Vec<String> = Vec::new();
        for (key, tenants) in self.tenants.iter().filter(|(key, _)| *key != newest) {
            lines.push(match tenants {
                0 => format!("Nothing is under {key} any more: it can be retired. Take it out of KEY_ENCRYPTION_KEYS."),
                tenants => format!(
                    "{key} has to stay: {} still have something under it. Run `edge-mfa keys reseal` again.",
                    count(*tenants, "tenant", "tenants")
                ),
            });
        }
        if lines.is_empty() {
            return format!("Everything is under {newest}. Any other key in KEY_ENCRYPTION_KEYS can be retired.");
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::KeyTally;
    use serde_json::json;

    fn keys(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_old_key_can_be_retired_at_zero_and_not_before() {
        let mut tally = KeyTally::default();
        tally.met("k1");
        tally.set_newest("k2");
        tally.add(&keys(&["k2"]));
        assert!(tally.text().contains("Nothing is under k1 any more: it can be retired."));
        let expected = json!([
            { "key": "k1", "tenants": 0, "newest": false, "retire": true },
            { "key": "k2", "tenants": 1, "newest": true, "retire": false },
        ]);
        assert_eq!(tally.json()["keys"], expected);

        tally.add(&keys(&["k1", "k2"]));
        assert!(tally.text().contains("k1 has to stay: 1 tenant still"));
        assert_eq!(tally.json()["keys"][0]["retire"], false);
    }

    #[test]
    fn while_a_tenant_is_silent_no_key_can_go() {
        let mut tally = KeyTally::default();
        tally.met("k1");
        tally.set_newest("k2");
        tally.add_silent();
        assert!(tally.text().contains("retire no key"));
        assert_eq!(tally.json()["keys"][0]["retire"], false);
    }

    #[test]
    fn the_newest_never_goes_even_with_nothing_under_it() {
        let mut tally = KeyTally::default();
        tally.set_newest("k1");
        assert!(tally.text().contains("Everything is under k1."));
        assert_eq!(tally.json()["keys"][0]["retire"], false);
    }

    #[test]
    fn without_knowing_the_newest_nothing_is_named_for_retiring() {
        let mut tally = KeyTally::default();
        tally.add(&keys(&["k1"]));
        assert_eq!(tally.json()["keys"][0], json!({ "key": "k1", "tenants": 1, "newest": null, "retire": false }));
        assert!(tally.text().contains("has to stay"));
    }
}
