//! J01, as far as it is the core's: a name that nobody bears and one that somebody bears cannot be told apart by
//! somebody without the password, however often and whenever he tries.

use proptest::prelude::*;

use super::world::{DAY, World};
use crate::member::{BrowserId, DeviceId, Generation, KnownBrowser, PresentedDevice, TokenDigest};
use crate::throttle::Lane;
use crate::time::Timestamp;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_and_somebody_answer_alike(tries in prop::collection::vec(a_try(), 1..60)) {
        let mut nobody = World::vacant();
        let (mut somebody, _, _) = World::enrolled();
        nobody.now = somebody.now;
        for Try { after, password, device, browser } in tries {
            for world in [&mut nobody, &mut somebody] {
                world.wait(after);
            }
            prop_assert_eq!(
                nobody.check_password_at(&password, device, browser),
                somebody.check_password_at(&password, device, browser)
            );
            prop_assert_eq!(&nobody.member.strangers, &somebody.member.strangers);
        }
    }
}

#[test]
fn failures_are_forgotten_a_day_after_the_last_whether_anybody_bears_the_name_or_not() {
    let (enrolled, _, _) = World::enrolled();
    for mut world in [World::vacant(), enrolled] {
        let blank = world.member.clone();
        for _ in 0..12 {
            world.check_password("wrong", None);
            world.wait(60);
        }
        let last = world.member.strangers.last_failure;
        world.now = Timestamp(last.0 + DAY - 1);
        world.sweep();
        assert_eq!(world.member.strangers.consecutive(), 12);
        world.wait(1);
        world.sweep();
        assert_eq!(world.member.strangers, Lane::default());
        assert_eq!(world.member.is_blank(), blank.is_blank());
    }
    assert!(World::vacant().member.is_blank() && !World::joined().member.is_blank());
}

#[derive(Clone, Debug)]
struct Try {
    after: u64,
    password: std::string::String,
    device: Option<PresentedDevice>,
    browser: Option<KnownBrowser>,
}

/// Any password but the right one (two words of it are missing), from any device but one that is remembered, in any
/// browser but one that this bearer of the name has signed in with under her present password.
fn a_try() -> impl Strategy<Value = Try> {
    let after = prop_oneof![4 => Just(0_u64), 2 => 0..120_u64, 1 => Just(3600_u64), 1 => DAY - 3600..=DAY];
    let device = prop::option::of((any::<[u8; 8]>(), any::<[u8; 32]>()))
        .prop_map(|device| device.map(|(id, token)| PresentedDevice { id: DeviceId(id), token: TokenDigest(token) }));
    let other = prop_oneof![(2..9_u32, 0..9_u32), (Just(1_u32), 2..9_u32)];
    let browser = prop::option::of((other, any::<[u8; 8]>()).prop_map(|((generation, password_version), id)| {
        KnownBrowser { generation: Generation(generation), password_version, id: BrowserId(id) }
    }));
    (after, "[a-z]{0,12}", device, browser).prop_map(|(after, password, device, browser)| Try {
        after,
        password,
        device,
        browser,
    })
}
