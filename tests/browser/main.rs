//! The pages in real headless browsers: Chromium and Firefox, light and dark, in every language.

mod accent;
mod appearance;
mod applications;
mod audit;
mod clock;
mod demo_phone;
mod effort;
mod examples;
mod external;
mod forced_enrolment;
mod gallery;
mod keyboard;
mod leaks;
mod manners;
mod members;
mod office;
mod password_link;
mod profile;
mod proof;
mod reload;
mod relying_party;
mod requests;
mod reset;
mod scan;
mod second_factor;
mod set_up;
mod step_up;
mod steps;
mod switch_off;
mod time_left;
mod two_minutes;
mod way;
mod words;

use edge_mfa_tests::browser::Kind;

/// Makes one test per browser of a function that takes a [`Kind`].
macro_rules! in_both {
    ($($name:ident),* $(,)?) => {
        mod chromium {
            $(#[test] fn $name() { super::$name(crate::CHROMIUM); })*
        }
        mod firefox {
            $(#[test] fn $name() { super::$name(crate::FIREFOX); })*
        }
    };
}
pub(crate) use in_both;

const CHROMIUM: Kind = Kind::Chromium;
const FIREFOX: Kind = Kind::Firefox;
