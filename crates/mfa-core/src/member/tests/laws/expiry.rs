//! A record need not be looked at before the time that it says, and is not over at that time for nothing.

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::{Command, Fresh, decide};
use crate::time::Timestamp;

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn law_a_record_says_when_time_will_next_end_something_of_it(script in script()) {
        hold(&script, SaysWhen);
    }
}

struct SaysWhen;

impl Law for SaysWhen {
    fn observe(&mut self, step: &Step) {
        let swept_at = |now| decide(step.after.clone(), Command::Sweep, Fresh::NONE, now).state;
        match step.after.next_expiry() {
            None => assert_eq!(swept_at(Timestamp(u64::MAX)), step.after, "it ends, and nobody would look"),
            Some(at) => {
                assert!(step.now < at, "what has ended is still there");
                assert_eq!(swept_at(Timestamp(at.0 - 1)), step.after, "it ends before it says");
                assert_ne!(swept_at(at), step.after, "nothing ends when it says");
            }
        }
    }
}
