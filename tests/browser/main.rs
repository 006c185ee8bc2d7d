//! The pages in real headless browsers: Chromium and Firefox, light and dark, English and Dutch.

mod appearance;
mod clock;
mod demo_phone;
mod leaks;
mod reload;
mod requests;
mod steps;
mod way;

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
