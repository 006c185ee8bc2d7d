//! A tenant with more members than can be enrolled through the doors in bearable time: each costs three password hashes.
//!
//! The edge has stopped. Each member of the crowd is a copy of one who really enrolled: her row of the tenant's
//! directory under another name and username, and her object's whole database, in which only her name is another. So
//! the sweep goes to as many objects as there are members, and in each it finds an authenticator, ten recovery keys, a
//! remembered device and sessions to erase. The one difference: a copied secret would not open, because it was sealed
//! for somebody else. Nothing here tries to open one.

use std::path::{Path, PathBuf};

use edge_mfa_tests::random;
use hmac::{Hmac, KeyInit, Mac};
use memchr::memmem;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::databases::{column, database_of, folder_of, open};

/// Fills a tenant up to `size` members, of whom so many of the copied have an object, spread over all; the others stand in
/// the directory only. Everybody's username, in order.
pub fn gather(
    state: &Path,
    tenant: &str,
    size: usize,
    objects: usize,
    called: impl Fn(usize) -> String,
) -> Vec<String> {
    let mut directory = open(&database_of(state, tenant));
    let mut names = column(&directory, "SELECT username FROM directory");
    let originals = originals(&directory, state);
    let mut crowd: Vec<(String, String)> = (names.len()..size).map(|number| (member_name(), called(number))).collect();
    // In the order in which the table keeps them: a million are written in a minute, and not in ten.
    crowd.sort_unstable();
    let every = crowd.len().div_ceil(objects.max(1)).max(1);
    let transaction = directory.transaction().expect("a transaction");
    let mut copy = transaction
        .prepare(
            "INSERT INTO directory SELECT ?1, ?2, standing, role, generation, entry, joined_at, as_of, epoch, \
             enrolled_at, locked, recovery_keys_left, last_sign_in_at, signed_in_until, provisioned, since, external_id, \
             hidden FROM directory WHERE member = ?3",
        )
        .expect("a statement");
    for (number, ((member, username), original)) in crowd.iter().zip(originals.iter().cycle()).enumerate() {
        assert_eq!(copy.execute(params![member, username, original.member]).expect("a row"), 1);
        if number % every == 0 {
            original.copy_to(member);
        }
    }
    drop(copy);
    transaction.commit().expect("a commit");
    // What was written here is not to hold up what is measured. Where there is no such program, it may.
    let _ = std::process::Command::new("sync").status();
    names.extend(crowd.into_iter().map(|(_, username)| username));
    names.sort();
    names
}

/// A member who really enrolled.
struct Original {
    member: String,
    folder: PathBuf,
    database: Vec<u8>,
}

impl Original {
    /// Her database under another name. Names are all as long as each other, so no byte moves.
    fn copy_to(&self, member: &str) {
        let mut bytes = self.database.clone();
        let places: Vec<usize> = memmem::find_iter(&self.database, &self.member).collect();
        assert!(!places.is_empty(), "a member's object knows her name");
        for place in places {
            bytes[place..place + member.len()].copy_from_slice(member.as_bytes());
        }
        let path = file_of(&self.folder, member);
        assert!(!path.exists());
        std::fs::write(path, bytes).expect("a database is written");
    }
}

fn originals(directory: &Connection, state: &Path) -> Vec<Original> {
    let members = column(directory, "SELECT member FROM directory WHERE role = 'member' AND enrolled_at IS NOT NULL");
    let folder = folder_of(state, "MemberObject");
    let originals = members.into_iter().map(|member| {
        let path = file_of(&folder, &member);
        assert!(path.exists(), "workerd gives objects' files other names than it did");
        drop(open(&path));
        let database = std::fs::read(&path).expect("her database");
        Original { member, folder: folder.clone(), database }
    });
    originals.collect()
}

/// Where workerd keeps the object of this name: its `idFromName` is an HMAC of the name and an HMAC of that, under a
/// key made of the class. That it is so is checked with those who really enrolled.
fn file_of(folder: &Path, name: &str) -> PathBuf {
    let class = folder.file_name().expect("a name").to_string_lossy();
    let key = Sha256::digest(class.as_bytes());
    let mac = |bytes: &[u8]| -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any key will do");
        mac.update(bytes);
        mac.finalize().into_bytes()[..16].to_vec()
    };
    let base = mac(name.as_bytes());
    let id: String = base.iter().chain(&mac(&base)).map(|byte| format!("{byte:02x}")).collect();
    folder.join(format!("{id}.sqlite"))
}

/// A well-formed name that nobody bears.
fn member_name() -> String {
    random::bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
}
