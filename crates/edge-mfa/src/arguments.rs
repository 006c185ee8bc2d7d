//! What can be asked on the command line, and the help that teaches it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use mfa_core::audit::Link;

use crate::address::{self, Address};
use crate::failure::{Failure, Outcome};
use crate::time;

/// Runs the tenants of an Edge MFA deployment: make, suspend, end and export them, let a locked-out administrator in,
/// read and check audit logs, rotate keys.
#[derive(Parser)]
#[command(
    name = "edge-mfa",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_long_help = "\
BEFORE YOU START
  export EDGE_MFA_URL=https://mfa.example.com
  edge-mfa --token-file ~/edge-mfa-secrets/OPERATOR_TOKEN tenants list

  The token is the deployment's secret OPERATOR_TOKEN. It is read from --token-file (a file that
  you alone can read) or from the variable EDGE_MFA_OPERATOR_TOKEN, never from an argument.

WHAT COMES BACK
  Text for people, or with --json one JSON document (of a list, one a line), and nothing else on
  stdout. What goes wrong is said on stderr, in a sentence that says what to do.

  exit code 0   done
            1   refused or failed; a log that does not verify
            2   the command was not complete or not understood
            3   some lines of an import were not taken; which, the report says

  Every command can be run again after an interruption. Where the network fails, a request is
  repeated up to five times, and done once."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Where the deployment is: https://mfa.example.com
    #[arg(long, global = true, env = "EDGE_MFA_URL", value_name = "URL", value_parser = address::parse)]
    url: Option<Address>,

    /// A file that holds the operator's token [otherwise: the variable EDGE_MFA_OPERATOR_TOKEN]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// Answer in JSON: one document, or one a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Arguments {
    /// Where to go.
    pub(crate) fn address(&self) -> Outcome<Address> {
        self.url.clone().ok_or_else(|| {
            Failure::Usage(
                "Say where the deployment is: --url https://mfa.example.com, or the variable EDGE_MFA_URL.".to_owned(),
            )
        })
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make, list, suspend and end tenants; let a locked-out administrator in
    #[command(subcommand)]
    Tenants(Tenants),
    /// See who belongs to a tenant, and invite
    #[command(subcommand)]
    Members(Members),
    /// Read, export and check a tenant's audit log
    #[command(subcommand)]
    Audit(Audit),
    /// Bring members in with the authenticators that they have, from another product's export
    ///
    /// Each is invited, chooses a password with her invitation and signs in with the code that her app shows
    /// already: she does not enrol anew. Passwords and recovery codes stay behind; she makes a sheet of recovery
    /// keys once she is in. MFA has to be on in the tenant. Who is a member or was brought in before is left as
    /// she is, so the same command can be run again. Try it with --dry-run first: that changes nothing.
    ///
    /// better-auth           JSON with the rows of its tables: {"user": [...], "twoFactor": [...]}; --key-file
    ///                       holds BETTER_AUTH_SECRET, or one VERSION:SECRET a line
    /// keycloak              a realm exported with its users: kc.sh export --users realm_file
    /// kratos                identities from the admin API, with include_credential=totp
    /// authelia              authelia storage user totp export csv, or uri
    /// privacyidea           pi-tokenjanitor find export (format pi; --key-file holds the key that it told), or csv
    /// google-authenticator  the text of its export's QR codes, one a line
    /// key-uris              otpauth://totp/..., one a line
    #[command(
        verbatim_doc_comment,
        after_help = "\
EXAMPLE
  edge-mfa import acme --from keycloak realm.json --dry-run
  edge-mfa import acme --from better-auth tables.json --key-file secret --links links.jsonl"
    )]
    Import(Import),
    /// Write all that the operator may know about a tenant to a folder
    ///
    /// FOLDER/profile.json   name, mode, numbers, receipts of switching off
    /// FOLDER/members.jsonl  one member a line, the removed ones last
    /// FOLDER/audit.jsonl    one entry of the audit log a line; its chain is checked
    ///
    /// Each file is written beside its name and renamed when it is whole. After an interruption run the
    /// same command again: it goes on where it was. No secret is in it, but names are: the files are
    /// readable by you alone.
    ///
    /// With --authenticators, for a tenant that leaves:
    /// FOLDER/authenticators.jsonl  one member a line, with the key URI of her authenticator
    ///
    /// {"username","role","standing","joined_at","enrolled_at","locked","key_uri"}; times in Unix seconds,
    /// key_uri null where she has none. It can be read by `edge-mfa import` and by most other products as
    /// otpauth://totp addresses. Passwords and recovery keys cannot be taken along: we keep no more than their
    /// hashes under keys of this deployment. Every administrator and every member is told, and the audit log
    /// keeps the reason. Asks for the short name, typed by hand.
    #[command(verbatim_doc_comment, after_help = "EXAMPLE\n  edge-mfa export acme --out acme-export")]
    Export(Export),
    /// See which key-encryption keys are in use, and rotate them
    #[command(subcommand)]
    Keys(Keys),
    /// See whether everything that a sign-in needs is there, and what to do about what is not
    ///
    /// Looks at each secret, the clock, KV, the objects, the pages and the rate limits. Exit code 1 when something is
    /// wrong. Names of keys are shown, never their bytes.
    #[command(after_help = "EXAMPLE\n  edge-mfa health")]
    Health,
}

#[derive(Subcommand)]
pub(crate) enum Tenants {
    /// List the tenants
    ///
    /// A list may be a minute old: a tenant that was made or changed just now shows as it was.
    #[command(after_help = "\
EXAMPLE
  edge-mfa tenants list
  edge-mfa tenants list --json | jq -r 'select(.lifecycle == \"suspended\").tenant'")]
    List,

    /// Show one tenant: how its members sign in, how many they are, receipts of switching off
    #[command(after_help = "EXAMPLE\n  edge-mfa tenants show acme")]
    Show {
        /// Its short name
        #[arg(value_parser = tenant)]
        tenant: String,
    },

    /// Make a tenant and invite its first administrator
    ///
    /// The answer holds the invitation's link. Whoever opens it becomes the administrator, so hand it over safely; it
    /// works once, and where the deployment has a notifier it has been sent too. With --mode mfa everybody enrols an
    /// authenticator app from the first sign-in on; with --mode password the administrator switches MFA on.
    #[command(after_help = "\
EXAMPLE
  edge-mfa tenants create acme --name 'Acme BV' --administrator anna")]
    Create {
        /// Its short name in addresses: 2 to 32 of a-z, 0-9 and hyphens. It can never be changed or used again
        #[arg(value_parser = tenant)]
        tenant: String,
        /// Its name as members see it
        #[arg(long)]
        name: String,
        /// The username of the first administrator
        #[arg(long, value_name = "USERNAME")]
        administrator: String,
        /// How members sign in at first
        #[arg(long, value_enum, default_value_t = Mode::Mfa)]
        mode: Mode,
    },

    /// Close a tenant for the time being
    ///
    /// Nobody signs in, and every session ends within a minute. Nothing is erased: `resume` opens it again.
    #[command(after_help = "EXAMPLE\n  edge-mfa tenants suspend acme")]
    Suspend {
        /// Its short name
        #[arg(value_parser = tenant)]
        tenant: String,
    },

    /// Open a suspended tenant again
    ///
    /// Members sign in as before, with the same authenticators and recovery keys.
    #[command(after_help = "EXAMPLE\n  edge-mfa tenants resume acme")]
    Resume {
        /// Its short name
        #[arg(value_parser = tenant)]
        tenant: String,
    },

    /// End a tenant for good
    ///
    /// Its data key is destroyed at once, so that no authenticator and no recovery key of it can ever be used again,
    /// and what remains is swept. The audit log and the members cannot be read afterwards, and the short name is never
    /// given out again. Run `edge-mfa export` first. Asks for the short name, typed by hand.
    #[command(after_help = "\
EXAMPLE
  edge-mfa export acme --out acme-export && edge-mfa tenants delete acme")]
    Delete {
        /// Its short name
        #[arg(value_parser = tenant)]
        tenant: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },

    /// Reset the MFA of an administrator whom nobody in the tenant can help
    ///
    /// For the last administrator who lost phone and recovery keys. She signs in with her password and enrols anew. It
    /// is loud: the reason stands in the tenant's audit log for good, and every administrator is told. Make sure that
    /// it is really she who asks. Asks for her username, typed by hand.
    #[command(after_help = "\
EXAMPLE
  edge-mfa tenants break-glass acme anna --reason 'Lost phone and sheet; called back'")]
    BreakGlass {
        /// Its short name
        #[arg(value_parser = tenant)]
        tenant: String,
        /// Whose
        username: String,
        /// Why, for the audit log: 10 to 300 characters
        #[arg(long)]
        reason: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },

    /// Say that what is kept of a tenant was brought back from a backup
    ///
    /// Run it after every restore, before anybody signs in: keep the tenant suspended until it is done. Whatever can be
    /// used once counts as used up to this moment: codes, recovery keys, devices, links, invitations; all are signed
    /// out, and the next epoch is higher than any before. Authenticator apps stay bound. The reason stands in the audit
    /// log for good, and every administrator is told.
    #[command(after_help = "\
EXAMPLE
  edge-mfa tenants restored acme --reason 'Storage restored to Monday 04:00, ticket 4711'")]
    Restored {
        /// Its short name
        #[arg(value_parser = tenant)]
        tenant: String,
        /// Why, for the audit log: 10 to 300 characters
        #[arg(long)]
        reason: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },

    /// Bring a tenant back to passwords whose identity provider lets nobody in
    ///
    /// Members choose a password by a link that they are sent; those of before the provider are gone. The reason
    /// stands in the audit log for good, and every administrator is told.
    #[command(after_help = "\
EXAMPLE
  edge-mfa tenants use-local acme --reason 'The provider has closed the account, ticket 4711'")]
    UseLocal {
        /// Its short name
        #[arg(value_parser = tenant)]
        tenant: String,
        /// Why, for the audit log: 10 to 300 characters
        #[arg(long)]
        reason: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Mode {
    /// Username, password and a six-digit code
    Mfa,
    /// Username and password
    Password,
}

#[derive(Subcommand)]
pub(crate) enum Members {
    /// List a tenant's members
    #[command(after_help = "\
EXAMPLE
  edge-mfa members list acme --filter not-enrolled")]
    List {
        /// The tenant's short name
        #[arg(value_parser = tenant)]
        tenant: String,
        /// Only usernames that contain this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// Only these; `all` is everybody who is active or invited
        #[arg(long, value_enum, default_value_t = Filter::All)]
        filter: Filter,
    },

    /// Invite somebody
    ///
    /// The answer holds the invitation's link; hand it over safely. Who is invited already gets a new link, and the one
    /// before is worthless from then on.
    #[command(after_help = "\
EXAMPLE
  edge-mfa members invite acme mo
  edge-mfa members invite acme noor --role administrator")]
    Invite {
        /// The tenant's short name
        #[arg(value_parser = tenant)]
        tenant: String,
        /// 1 to 64 of a-z 0-9 . _ @ + and -
        username: String,
        #[arg(long, value_enum, default_value_t = Role::Member)]
        role: Role,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Filter {
    All,
    Enrolled,
    NotEnrolled,
    Invited,
    Administrators,
    Locked,
    Removed,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Role {
    Member,
    Administrator,
}

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Show what happened in a tenant, newest first
    #[command(after_help = "\
EXAMPLE
  edge-mfa audit show acme
  edge-mfa audit show acme --about anna --since 2026-07-01 --limit 200
  edge-mfa audit show acme --what break-glass")]
    Show {
        /// The tenant's short name
        #[arg(value_parser = tenant)]
        tenant: String,
        /// Only about this username
        #[arg(long, value_name = "USERNAME")]
        about: Option<String>,
        /// Only this event, such as signed-in, enrolled, member-reset, switched-off
        #[arg(long, value_name = "EVENT")]
        what: Option<String>,
        /// Not before this day (UTC)
        #[arg(long, value_name = "DATE", value_parser = time::parse)]
        since: Option<time::Seconds>,
        /// Before this day (UTC)
        #[arg(long, value_name = "DATE", value_parser = time::parse)]
        until: Option<time::Seconds>,
        /// At most so many
        #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..))]
        limit: u64,
        /// Oldest first
        #[arg(long)]
        oldest_first: bool,
    },

    /// Save the whole log as JSON lines, in the form that `verify` reads
    ///
    /// The chain is checked on the way. With --out the file gets its name when it is whole; run the same command again
    /// after an interruption, and it goes on where it was.
    #[command(after_help = "\
EXAMPLE
  edge-mfa audit export acme --out acme-audit.jsonl")]
    Export {
        /// The tenant's short name
        #[arg(value_parser = tenant)]
        tenant: String,
        /// The file to write [otherwise: stdout]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },

    /// Check an exported log offline: that no entry was changed, removed, added or moved
    ///
    /// Each entry carries a link, SHA-256 over the link before and its text. The links are computed anew; if one does
    /// not fit, the exit code is 1 and the position of the first such entry is named. An export that was cut short at
    /// its end is whole in itself. To notice that, keep the last link somewhere else and give it next time: it has to
    /// be in every later export.
    #[command(after_help = "\
EXAMPLE
  edge-mfa audit verify acme-audit.jsonl
  edge-mfa audit verify acme-audit.jsonl --kept 5f3c…e1")]
    Verify {
        /// JSON lines {"text":…,"link":…}; - is stdin
        file: PathBuf,
        /// A link noted down earlier, which has to be there: 64 hexadecimal digits
        #[arg(long, value_name = "LINK", value_parser = link)]
        kept: Option<Link>,
    },
}

/// What to bring in.
#[derive(Args)]
pub(crate) struct Import {
    /// The tenant's short name
    #[arg(value_parser = tenant)]
    pub(crate) tenant: String,
    /// Whose export it is
    #[arg(long, value_enum, value_name = "PRODUCT")]
    pub(crate) from: Product,
    /// The export
    pub(crate) file: PathBuf,
    /// A file that holds the key that the export's secrets are encrypted with; you alone may read it
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Look at every line, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write the invitations' links to this file, where no notifier sends them
    #[arg(long, value_name = "FILE")]
    pub(crate) links: Option<PathBuf>,
    /// Digits of a code, if better-auth is configured with another number than 6
    #[arg(long, value_name = "NUMBER")]
    pub(crate) digits: Option<u8>,
    /// Seconds that a code lives, if better-auth is configured with another number than 30
    #[arg(long, value_name = "SECONDS")]
    pub(crate) period: Option<u64>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Product {
    BetterAuth,
    Keycloak,
    Kratos,
    Authelia,
    #[value(name = "privacyidea")]
    PrivacyIdea,
    GoogleAuthenticator,
    KeyUris,
}

/// What to export, and where to.
#[derive(Args)]
pub(crate) struct Export {
    /// Its short name
    #[arg(value_parser = tenant)]
    pub(crate) tenant: String,
    /// The folder, made if it is not there
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// The authenticators too, with their secrets: why, for the audit log, in 10 to 300 characters
    #[arg(long, value_name = "REASON")]
    pub(crate) authenticators: Option<String>,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Keys {
    /// Count, for each key-encryption key, the tenants that have something under it
    ///
    /// A key with tenants under it has to stay in KEY_ENCRYPTION_KEYS: without it none of their members could sign in.
    /// Changes nothing.
    #[command(after_help = "EXAMPLE\n  edge-mfa keys status")]
    Status,

    /// Wrap every tenant's keys under the newest key-encryption key
    ///
    /// Goes through all tenants, one at a time, while they are in use; nobody notices. Interrupt it whenever you like
    /// and run it again: what is done is skipped. At the end it says which old keys can be retired.
    ///
    /// To rotate: put a new key in front of the old ones in KEY_ENCRYPTION_KEYS and deploy; run this; when an old key
    /// has no tenant left, take it out and deploy again. The list of tenants may be a minute old, so let a minute pass
    /// after each deployment. Links in notices that wait to be sent are sealed under these keys too: if the notifier was
    /// not reachable, let it catch up before you take a key out.
    #[command(after_help = "EXAMPLE\n  edge-mfa keys reseal")]
    Reseal,
}

/// The word that the API has for it.
pub(crate) fn word(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// A short name goes into paths, so it is checked before.
fn tenant(text: &str) -> Result<String, String> {
    let well_formed = (2..=32).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !text.starts_with('-')
        && !text.ends_with('-');
    let wrong = "a tenant's short name has 2 to 32 of a-z, 0-9 and hyphens, no hyphen at either end";
    if well_formed { Ok(text.to_owned()) } else { Err(wrong.to_owned()) }
}

fn link(text: &str) -> Result<Link, String> {
    Link::from_hex(text.trim()).ok_or_else(|| "a link has 64 hexadecimal digits in lower case".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    fn parse(line: &str) -> Result<Arguments, ErrorKind> {
        Arguments::try_parse_from(line.split(' ')).map_err(|error| error.kind())
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_tenants_name_cannot_lead_to_another_path() {
        assert!(parse("edge-mfa tenants show acme-2").is_ok());
        for name in ["a", "Acme", "../tenants", "acme/suspend", "acme?x", "acme-", "a%2fb"] {
            assert_eq!(
                parse(&format!("edge-mfa tenants show {name}")).err(),
                Some(ErrorKind::ValueValidation),
                "{name}"
            );
        }
    }

    #[test]
    fn a_token_is_no_argument() {
        assert_eq!(parse("edge-mfa --token x tenants list").err(), Some(ErrorKind::UnknownArgument));
    }

    #[test]
    fn the_words_are_those_of_the_api() {
        assert_eq!(word(&Filter::NotEnrolled), "not-enrolled");
        assert_eq!(word(&Mode::Mfa), "mfa");
        assert_eq!(word(&Role::Administrator), "administrator");
    }

    #[test]
    fn every_command_has_an_example() {
        fn look(command: &clap::Command, path: &str) {
            if command.get_subcommands().next().is_none() {
                let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains(&format!("edge-mfa {path}")), "{path}");
            }
            for inner in command.get_subcommands() {
                look(inner, format!("{path} {}", inner.get_name()).trim());
            }
        }
        look(&Arguments::command(), "");
    }
}
