//! Two lives on one clock.

use super::attackers::Attacker;
use super::habits::Habits;
use super::hands::{Hands, Loot};
use super::ledger::{Ledger, MONTH, YEAR};
use super::victim::Victim;
use crate::member::tests::people::Names;
use crate::time::{Seconds, Timestamp};

#[derive(Clone, Copy)]
pub(super) struct Setting {
    pub(super) habits: &'static Habits,
    pub(super) seed: u64,
    pub(super) span: Seconds,
    /// How long after a change of password he has the new one too, if ever.
    pub(super) leaks_again_after: Option<Seconds>,
}

impl Setting {
    /// A year; a password that she changes is not hers any more when it was leaked, and the next leaks a month later.
    pub(super) fn year(habits: &'static Habits, seed: u64) -> Setting {
        Setting { habits, seed, span: YEAR, leaks_again_after: Some(MONTH) }
    }
}

/// Lives it through. Each is called when his time has come; he may also watch her.
pub(super) fn lives(attacker: &mut dyn Attacker, setting: Setting) -> Ledger {
    let (mut victim, mut world) = Victim::new(setting.habits, setting.seed);
    let mut ledger = Ledger::default();
    let mut loot = Loot {
        password: world.password.clone(),
        stale: false,
        notices: Default::default(),
        dice: Names(setting.seed ^ 0x6775_6573_7300),
    };
    let ends = world.now.saturating_add(setting.span);
    let mut comes_back = world.now;
    let mut changed_at: Option<Timestamp> = None;
    while world.now < ends {
        let hers = victim.next <= comes_back;
        world.now = world.now.max(victim.next.min(comes_back));
        if hers {
            victim.live(&mut world, &mut loot.notices);
        }
        if loot.password == world.password {
            changed_at = None;
        } else {
            let since = *changed_at.get_or_insert(world.now);
            if setting.leaks_again_after.is_some_and(|delay| world.now >= since.saturating_add(delay)) {
                (loot.password, loot.stale) = (world.password.clone(), false);
                comes_back = world.now;
            }
        }
        let mut hands = Hands { world: &mut world, victim: &victim, loot: &mut loot, ledger: &mut ledger };
        if hers {
            attacker.watches(&mut hands);
        } else {
            let until = attacker.acts(&mut hands);
            comes_back = until.max(Timestamp(world.now.0 + 1));
        }
    }
    (ledger.enrolled, ledger.passwords) = (victim.enrolled, victim.passwords);
    assert!(setting.habits.is_absent() || victim.lived > 50, "she hardly lived");
    ledger
}

/// Repeats a run.
pub(super) fn seed() -> u64 {
    from_environment("EDGE_MFA_SEED").unwrap_or(20_261_122)
}

/// Lengthens it.
pub(super) fn rounds() -> u64 {
    from_environment("EDGE_MFA_ROUNDS_BOUND").unwrap_or(1)
}

#[allow(clippy::disallowed_methods, reason = "a test's own settings")]
fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect(name))
}

/// Something between both, evenly.
pub(super) fn between(dice: &mut Names, least: u64, most: u64) -> u64 {
    least + u64::from_le_bytes(dice.bytes()) % (most - least + 1)
}
