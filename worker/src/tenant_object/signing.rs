//! The tenant's keys to sign tokens with: a row each, the private half sealed, and gone as soon as it signs no more.

use mfa_core::tenant::TenantEvent;
use mfa_core::tenant::signing::{SigningKey, SigningKeys, Stage};
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::directory::{number, text};
use super::record::Record;
use super::{TenantObject, unreadable};
use crate::error::Problem;
use crate::object_ref::{SigningKeyRow, TenantReply};
use crate::runtime::{self, KeyRing, Secrets};
use crate::seal;
use crate::signing::{Keys, Pair, PublicHalf};

/// A key as it is kept.
#[derive(Serialize, Deserialize)]
struct Row {
    kid: String,
    signs_from: u64,
    successor_asked: u64,
    x: String,
    y: String,
    /// The private half; empty once it signs no more.
    sealed: String,
}

impl TenantObject {
    /// Makes a pair of keys if one is due. The platform makes it while others may come in, so whether it is still due
    /// is asked again where it is taken.
    pub(super) async fn draw_signing_key(&self) -> Result<Option<Pair>, Problem> {
        let now = runtime::now()?;
        if self.load()?.is_none() || !keys(&self.signing_rows()?).is_due(now) {
            return Ok(None);
        }
        Pair::generate().await.map(Some)
    }

    /// The keys as they are now, with the one that was drawn if it is due.
    pub(super) fn signing_keys(
        &self,
        record: &Record,
        drawn: Option<Pair>,
        origin: Option<&str>,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Keys, Problem> {
        if let Some(origin) = origin
            && self.origin()?.as_deref() != Some(origin)
        {
            self.sql().exec("INSERT OR REPLACE INTO issuer (id, origin) VALUES (1, ?)", vec![text(origin)])?;
        }
        let mut rows = self.signing_rows()?;
        let known = keys(&rows);
        if let Some(pair) = drawn.filter(|_| known.is_due(now)) {
            let signs_from = known.next_signs_from(now);
            let key = pair.public.kid.clone();
            self.put_signing_key(record, pair, signs_from, &secrets.key_encryption)?;
            self.note("system", None, TenantEvent::SigningKeyAnnounced { key, signs_from }, now)?;
            rows = self.signing_rows()?;
        }
        let known = keys(&rows);
        let mut published = Vec::with_capacity(rows.len());
        let mut signing = None;
        for (key, stage) in known.stages(now) {
            let Some(row) = rows.iter().find(|row| row.kid == key.id) else { continue };
            match stage {
                Stage::Over => {
                    self.sql().exec("DELETE FROM signing_keys WHERE kid = ?", vec![text(&row.kid)])?;
                    continue;
                }
                Stage::Former => self.erase_private_half(row)?,
                Stage::Signing => signing = Some((row.kid.clone(), row.sealed.clone())),
                Stage::Next => {}
            }
            published.push(PublicHalf { kid: row.kid.clone(), x: row.x.clone(), y: row.y.clone() });
        }
        let signing = signing.ok_or_else(|| Problem::alarm("a tenant has no key to sign with"))?;
        Ok(Keys { tenant: record.slug.clone(), published, signing })
    }

    /// The tenant's name as issuer, as far as anything was ever signed.
    pub(super) fn issuer(&self, slug: &str) -> Result<Option<String>, Problem> {
        Ok(self.origin()?.map(|origin| format!("{origin}/t/{slug}")))
    }

    fn origin(&self) -> Result<Option<String>, Problem> {
        #[derive(Deserialize)]
        struct Row {
            origin: String,
        }
        let rows: Vec<Row> = self.sql().exec("SELECT origin FROM issuer", None)?.to_array()?;
        Ok(rows.into_iter().next().map(|row| row.origin))
    }

    /// Asks for the next key before its time.
    pub(super) fn ask_for_signing_key(
        &self,
        record: &Record,
        by: &str,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let known = keys(&self.signing_rows()?);
        let Some(key) = known.may_be_succeeded(now) else { return Ok(TenantReply::Exists) };
        self.sql().exec("UPDATE signing_keys SET successor_asked = 1 WHERE kid = ?", vec![text(&key.id)])?;
        self.note_loudly(record, by, None, TenantEvent::SigningKeyAsked, now)?;
        Ok(TenantReply::Done)
    }

    /// Those that are published, for an administrator to see.
    pub(super) fn signing_keys_shown(&self, now: Timestamp) -> Result<Vec<SigningKeyRow>, Problem> {
        let known = keys(&self.signing_rows()?);
        let shown = known.stages(now).filter_map(|(key, stage)| {
            let stage = match stage {
                Stage::Next => "next",
                Stage::Signing => "signing",
                Stage::Former => "former",
                Stage::Over => return None,
            };
            let (signs_from, signs_until) = (key.signs_from, known.signs_until(key));
            Some(SigningKeyRow { kid: key.id.clone(), signs_from, signs_until, stage: stage.to_owned() })
        });
        Ok(shown.collect())
    }

    /// Seals the private halves under the newest key. Whether anything was to be done.
    pub(super) fn reseal_signing_keys(&self, slug: &str, ring: &KeyRing) -> Result<bool, Problem> {
        let mut was_due = false;
        for row in self.signing_rows()?.iter().filter(|row| !row.sealed.is_empty()) {
            if !seal::is_newest(&row.sealed, ring)? {
                let open = seal::open_signing_key(&row.sealed, ring, slug, &row.kid)
                    .ok_or_else(|| Problem::alarm("a signing key does not open"))?;
                let sealed = seal::seal_signing_key(&open, ring, slug, &row.kid)?;
                let values = vec![text(&sealed), text(&row.kid)];
                self.sql().exec("UPDATE signing_keys SET sealed = ? WHERE kid = ?", values)?;
                was_due = true;
            }
        }
        Ok(was_due)
    }

    /// The keys that private halves are sealed under.
    pub(super) fn signing_key_ids(&self) -> Result<Vec<String>, Problem> {
        let rows = self.signing_rows()?;
        Ok(rows.iter().filter_map(|row| row.sealed.split_once('.')).map(|(id, _)| id.to_owned()).collect())
    }

    /// Of a tenant that is deleted nothing is signed any more.
    pub(super) fn forget_signing_keys(&self) -> Result<(), Problem> {
        for row in self.signing_rows()? {
            self.erase_private_half(&row)?;
        }
        self.sql().exec("DELETE FROM signing_keys", None)?;
        Ok(())
    }

    fn put_signing_key(
        &self,
        record: &Record,
        pair: Pair,
        signs_from: Timestamp,
        ring: &KeyRing,
    ) -> Result<(), Problem> {
        let Pair { public: PublicHalf { kid, x, y }, private } = pair;
        let sealed = seal::seal_signing_key(&private, ring, &record.slug, &kid)?;
        let values = vec![text(&kid), number(signs_from.0)?, text(&x), text(&y), text(&sealed)];
        self.sql().exec(
            "INSERT INTO signing_keys (kid, signs_from, successor_asked, x, y, sealed) VALUES (?, ?, 0, ?, ?, ?)",
            values,
        )?;
        Ok(())
    }

    /// As a data key: overwritten where it stands by as many zeros, so that it is gone from the file too.
    fn erase_private_half(&self, row: &Row) -> Result<(), Problem> {
        if row.sealed.is_empty() {
            return Ok(());
        }
        let zeros = "0".repeat(row.sealed.len());
        let values = vec![text(&zeros), text(&row.kid)];
        self.sql().exec("UPDATE signing_keys SET sealed = ? WHERE kid = ?", values)?;
        self.sql().exec("UPDATE signing_keys SET sealed = '' WHERE kid = ?", vec![text(&row.kid)])?;
        Ok(())
    }

    fn signing_rows(&self) -> Result<Vec<Row>, Problem> {
        let query = "SELECT kid, signs_from, successor_asked, x, y, sealed FROM signing_keys";
        self.sql().exec(query, None)?.to_array().map_err(unreadable)
    }
}

fn keys(rows: &[Row]) -> SigningKeys {
    let key = |row: &Row| SigningKey {
        id: row.kid.clone(),
        signs_from: Timestamp(row.signs_from),
        successor_asked: row.successor_asked != 0,
    };
    SigningKeys::new(rows.iter().map(key).collect())
}
