//! The tenant's external identity provider: how it is reached, and which of its people is which member.
//!
//! Who somebody is there is issuer and subject, never an e-mail address. The tie between such an identity and a member
//! is made once, by somebody who holds a link that was meant for her and has signed in there.

use mfa_core::external::{Identity, TRIED};
use mfa_core::member::{Generation, TokenDigest};
use mfa_core::policy;
use mfa_core::tenant::directory::{Entry, Role, Standing};
use mfa_core::tenant::{Command, ModeKind, TenantEvent};
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::directory::{number, text};
use super::record::{Record, Sweep, SweepKind};
use super::{TenantObject, is_invited_by, unreadable};
use crate::error::Problem;
use crate::object_ref::{ExternalShown, Invitation, MemberName, ProviderConfig, TenantReply, TriedShown};
use crate::runtime::Secrets;
use crate::token::{self, Kind, Token, TokenSecret};

/// What is kept of a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct External {
    pub(super) config: ProviderConfig,
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) tried: Option<Tried>,
}

/// An administrator's own sign-in there, to see that it works.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tried {
    by: MemberName,
    generation: Generation,
    at: Timestamp,
    /// What the provider called her.
    #[serde(deserialize_with = "Option::deserialize")]
    called: Option<String>,
}

impl TenantObject {
    /// Takes a configuration. Not while MFA is on: one excludes the other.
    pub(super) fn configure_external(
        &self,
        record: &mut Record,
        by: &str,
        config: ProviderConfig,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let same = record.external.as_ref().is_some_and(|external| {
            external.config.issuer == config.issuer && external.config.client_id == config.client_id
        });
        match record.state.mode.kind() {
            ModeKind::Password => {}
            // Its secret may be renewed; another provider has other people.
            ModeKind::External if same => {}
            other @ (ModeKind::Mfa | ModeKind::External) => return Ok(TenantReply::OtherMode(other)),
        }
        // What was tried is what was entered then: entered anew, it is tried anew.
        let in_use = record.state.mode.kind() == ModeKind::External;
        let tried = record.external.take().and_then(|external| external.tried).filter(|_| in_use);
        let issuer = config.issuer.as_str().to_owned();
        record.external = Some(External { config, tried });
        self.note_loudly(record, by, None, TenantEvent::ExternalConfigured { issuer }, now)?;
        Ok(TenantReply::Done)
    }

    /// An administrator has signed in there. She is tied to that identity, so that she can come back in.
    pub(super) fn dry_run_passed(
        &self,
        record: &mut Record,
        member: &MemberName,
        identity: &Identity,
        called: Option<String>,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let mode = record.state.mode.kind();
        if mode != ModeKind::Password {
            return Ok(TenantReply::OtherMode(mode));
        }
        let Some((username, entry)) = self.entry(member)? else { return Ok(TenantReply::Unknown) };
        let Some(external) = record.external.as_mut().filter(|external| external.config.issuer == identity.issuer)
        else {
            return Ok(TenantReply::NotPrepared);
        };
        if self.bearer(identity)?.is_some_and(|(other, _)| other != *member) {
            return Ok(TenantReply::Exists);
        }
        external.tried = Some(Tried { by: member.clone(), generation: entry.generation, at: now, called });
        self.tie(member, &entry, identity)?;
        self.note(&username, None, TenantEvent::ExternalTried, now)?;
        Ok(TenantReply::Done)
    }

    /// Moves sign-in there. Only for an administrator who has just shown that she gets in that way.
    pub(super) fn use_external(
        &self,
        record: &mut Record,
        member: &MemberName,
        by: &str,
        origin: &str,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let mode = record.state.mode.kind();
        let Some((_, entry)) = self.entry(member)? else { return Ok(TenantReply::Unknown) };
        let tried = record.external.as_ref().and_then(|external| external.tried.as_ref());
        let has_tried = tried.is_some_and(|tried| {
            tried.by == *member && tried.generation == entry.generation && now < tried.at.saturating_add(TRIED)
        });
        if mode == ModeKind::Password && !(has_tried && self.is_tied(member, entry.generation)?) {
            return Ok(TenantReply::NotPrepared);
        }
        let event = |epoch| TenantEvent::UsedExternal { epoch };
        let reply = self.change(record, by, Command::UseExternal, event, now)?;
        if matches!(reply, TenantReply::Changed { .. }) {
            record.sweeps.push(Sweep::new(SweepKind::Connect, record.state.epoch, origin));
        }
        Ok(reply)
    }

    /// Moves sign-in back to passwords. Those of before are gone, so everybody is sent a link to choose one.
    pub(super) fn use_local(
        &self,
        record: &mut Record,
        by: &str,
        origin: &str,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let event = |epoch| TenantEvent::UsedLocal { epoch };
        let reply = self.change(record, by, Command::UseLocal, event, now)?;
        if matches!(reply, TenantReply::Changed { .. }) {
            record.external = None;
            self.sql().exec("DELETE FROM identities", None)?;
            self.sql().exec("DELETE FROM connections", None)?;
            record.sweeps.push(Sweep::new(SweepKind::ChoosePassword, record.state.epoch, origin));
        }
        Ok(reply)
    }

    /// The member whom an identity means, if she belongs.
    pub(super) fn known_elsewhere(&self, record: &Record, identity: &Identity) -> Result<TenantReply, Problem> {
        if record.state.mode.kind() != ModeKind::External {
            return Ok(TenantReply::OtherMode(record.state.mode.kind()));
        }
        let Some((member, generation)) = self.bearer(identity)? else { return Ok(TenantReply::Unknown) };
        let granted = self.grant(record, &member)?.filter(|granted| granted.grant.generation == generation);
        Ok(granted.map_or(TenantReply::Unknown, |grant| TenantReply::Known { member, grant }))
    }

    /// Ties an identity to the member whom a link was meant for. An identity is one member's, and hers for as long as
    /// she belongs.
    pub(super) fn connect(
        &self,
        record: &Record,
        member: &MemberName,
        link: &TokenDigest,
        identity: &Identity,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let mode = record.state.mode.kind();
        if mode != ModeKind::External {
            return Ok(TenantReply::OtherMode(mode));
        }
        let Some((username, entry)) = self.entry(member)? else { return Ok(TenantReply::Unknown) };
        let meant = is_invited_by(record, &entry, link, now) || self.is_connected_by(member, &entry, link, now)?;
        if !meant {
            return Ok(TenantReply::Unknown);
        }
        if self.bearer(identity)?.is_some() || self.is_tied(member, entry.generation)? {
            return Ok(TenantReply::Exists);
        }
        self.accept(member, entry.generation, now)?;
        self.tie(member, &entry, identity)?;
        self.sql().exec("DELETE FROM connections WHERE member = ?", vec![text(member.as_str())])?;
        // Whoever had the link may have been somebody else: its owner hears of it, and of an administrator's everyone.
        match entry.role {
            Role::Administrator => {
                self.note_loudly(record, &username, Some(&username), TenantEvent::ExternalConnected, now)?;
            }
            Role::Member => {
                self.note(&username, Some(&username), TenantEvent::ExternalConnected, now)?;
                self.tell_about_herself(record, &username, &TenantEvent::ExternalConnected, now)?;
            }
        }
        let granted = self.grant(record, member)?;
        Ok(granted.map_or(TenantReply::Unknown, |grant| TenantReply::Known { member: member.clone(), grant }))
    }

    /// A link for a member who is not tied to an identity yet.
    pub(super) fn connection_link(
        &self,
        record: &Record,
        by: &str,
        member: &MemberName,
        origin: &str,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let mode = record.state.mode.kind();
        if mode != ModeKind::External {
            return Ok(TenantReply::OtherMode(mode));
        }
        let Some((username, entry)) = self.entry(member)? else { return Ok(TenantReply::Unknown) };
        if entry.standing != Standing::Active {
            return Ok(TenantReply::Unknown);
        }
        // Who is tied stays tied for as long as she belongs: a link for somebody else's place would hand it over.
        if self.is_tied(member, entry.generation)? {
            return Ok(TenantReply::Exists);
        }
        let secret = TokenSecret::generate()?;
        let expires_at = now.saturating_add(policy::INVITATION);
        let digest: String = secret.digest().0.iter().map(|byte| format!("{byte:02x}")).collect();
        let values =
            vec![text(member.as_str()), number(entry.generation.0.into())?, text(&digest), number(expires_at.0)?];
        self.sql().exec(
            "INSERT OR REPLACE INTO connections (member, generation, token, expires_at) VALUES (?, ?, ?, ?)",
            values,
        )?;
        let token = Token::write(Kind::Invitation, &record.slug, member, None, &secret, &secrets.tokens)?;
        let url = token::link(origin, &record.slug, "invitation", &token);
        self.note(by, Some(&username), TenantEvent::ConnectionLinkIssued, now)?;
        self.send_connection(record, &username, &url, expires_at, secrets, now)?;
        Ok(TenantReply::Invited(Invitation { member: member.clone(), username, role: entry.role, url, expires_at }))
    }

    /// Whether somebody active waits for this very link.
    pub(super) fn is_connected_by(
        &self,
        member: &MemberName,
        entry: &Entry,
        link: &TokenDigest,
        now: Timestamp,
    ) -> Result<bool, Problem> {
        #[derive(Deserialize)]
        struct Row {
            generation: u32,
            token: TokenDigest,
            expires_at: u64,
        }
        let rows: Vec<Row> = self
            .sql()
            .exec(
                "SELECT generation, token, expires_at FROM connections WHERE member = ?",
                vec![text(member.as_str())],
            )?
            .to_array()?;
        Ok(entry.standing == Standing::Active
            && rows
                .iter()
                .any(|row| row.generation == entry.generation.0 && now.0 < row.expires_at && row.token.matches(link)))
    }

    /// Whether a link to be tied is under way to her.
    pub(super) fn has_connection(
        &self,
        member: &MemberName,
        generation: Generation,
        now: Timestamp,
    ) -> Result<bool, Problem> {
        let values = vec![text(member.as_str()), number(generation.0.into())?, number(now.0)?];
        let rows = self
            .sql()
            .exec("SELECT 1 FROM connections WHERE member = ? AND generation = ? AND expires_at > ?", values)?;
        Ok(!rows.to_array::<serde_json::Value>()?.is_empty())
    }

    /// Forgets whom a member is elsewhere, and the link that would say so.
    pub(super) fn untie(&self, member: &MemberName) -> Result<(), Problem> {
        for table in ["identities", "connections"] {
            let statement = format!("DELETE FROM {table} WHERE member = ?");
            self.sql().exec(&statement, vec![text(member.as_str())])?;
        }
        Ok(())
    }

    /// Whether this bearer of her name is tied to an identity.
    pub(super) fn is_tied(&self, member: &MemberName, generation: Generation) -> Result<bool, Problem> {
        let values = vec![text(member.as_str()), number(generation.0.into())?];
        let rows = self.sql().exec("SELECT 1 FROM identities WHERE member = ? AND generation = ?", values)?;
        Ok(!rows.to_array::<serde_json::Value>()?.is_empty())
    }

    fn tie(&self, member: &MemberName, entry: &Entry, identity: &Identity) -> Result<(), Problem> {
        self.sql().exec("DELETE FROM identities WHERE member = ?", vec![text(member.as_str())])?;
        self.sql().exec(
            "INSERT INTO identities (issuer, subject, member, generation) VALUES (?, ?, ?, ?)",
            vec![
                text(identity.issuer.as_str()),
                text(identity.subject.as_str()),
                text(member.as_str()),
                number(entry.generation.0.into())?,
            ],
        )?;
        Ok(())
    }

    /// Who is tied to an identity. A tie of an earlier bearer of the name is none (G12).
    fn bearer(&self, identity: &Identity) -> Result<Option<(MemberName, Generation)>, Problem> {
        #[derive(Deserialize)]
        struct Row {
            member: String,
            generation: u32,
        }
        let values = vec![text(identity.issuer.as_str()), text(identity.subject.as_str())];
        let rows: Vec<Row> = self
            .sql()
            .exec("SELECT member, generation FROM identities WHERE issuer = ? AND subject = ?", values)?
            .to_array()?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let member = MemberName::parse(&row.member).ok_or_else(|| unreadable("a member's name is none"))?;
        let generation = Generation(row.generation);
        let is_hers = self
            .entry(&member)?
            .is_some_and(|(_, entry)| entry.generation == generation && entry.standing == Standing::Active);
        if !is_hers {
            // Left over from somebody who has gone: the identity is free.
            self.sql().exec("DELETE FROM identities WHERE member = ?", vec![text(member.as_str())])?;
            return Ok(None);
        }
        Ok(Some((member, generation)))
    }

    /// What administrators see of the configuration.
    pub(super) fn external_shown(&self, record: &Record) -> Result<Option<ExternalShown>, Problem> {
        let Some(external) = &record.external else { return Ok(None) };
        let mut tried = None;
        if let Some(Tried { by, at, called, .. }) = &external.tried {
            let username = self.entry(by)?.map(|(username, _)| username);
            tried = username.map(|by| TriedShown { by, at: *at, called: called.clone() });
        }
        Ok(Some(ExternalShown {
            issuer: external.config.issuer.as_str().to_owned(),
            client_id: external.config.client_id.clone(),
            tried,
        }))
    }
}
