//! Every state that can be reached is stored and read back as what it was.

use proptest::prelude::*;

use super::super::shell::{open, seal};
use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::{GuardedSecret, Member};
use crate::stored::{StoredError, StoredMember};

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn every_state_survives_storage(script in script()) {
        hold(&script, Stored);
    }
}

struct Stored;

impl Law for Stored {
    fn observe(&mut self, step: &Step) {
        let mut member = step.after.clone();
        let any_open = member.secrets_mut().any(|(_, _, secret)| matches!(secret, GuardedSecret::Open(_)));
        let refused = StoredMember::try_from(&member).err();
        assert_eq!(refused, any_open.then_some(StoredError::SecretOpen), "what is open is not stored");
        seal(&mut member);
        let text = serde_json::to_string(&StoredMember::try_from(&member).unwrap()).unwrap();
        let read: StoredMember = serde_json::from_str(&text).unwrap();
        let mut back = Member::try_from(read).unwrap();
        assert_eq!(back, member);
        assert_eq!(serde_json::to_string(&StoredMember::try_from(&back).unwrap()).unwrap(), text, "one spelling");
        open(&mut back);
        open(&mut member);
        assert_eq!(back, member);
        assert!(text.len() < 64 * 1024, "{} bytes", text.len());
    }
}
