//! Every page in every state, hung up: how it looks, how it reads to those who do not see it, and that everybody can use
//! it. In Chromium alone; what pages do is tried elsewhere, in both browsers.
//!
//! Of each state there are four pictures (a phone and a desktop, light and dark) and an outline of the accessibility
//! tree, which are compared with what is in `gallery/kept/`; axe looks at it in both themes, and nobody has to scroll
//! sideways at 320 px or at 200 %. What differs from run to run (times, names that tests make up, keys, the QR) is
//! replaced in the picture only, by `still.js`.
//!
//! When a page was changed on purpose: `EDGE_MFA_GALLERY=keep cargo xtask test gallery` keeps everything anew; `git
//! diff` says what that is, and in `target/gallery/` it can be looked at. When it was not, a test that fails says where
//! what it saw is, in the same folder.
//!
//! A state is reached as a person reaches it wherever that takes seconds. Where it would take minutes (a lock after
//! twenty wrong codes), another's failure (a server in trouble) or a member of years, `Wall::pretend` answers the page's
//! fetches in the edge's place; the states that are had in that way are those right after it, up to `be_honest`.

mod account;
mod administrators;
mod applications;
mod elsewhere;
mod enrol;
mod languages;
mod links;
mod look;
mod members;
mod sign_in;
mod tree;
mod wall;
