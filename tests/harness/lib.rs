//! What the whole-system tests share: a real edge, a browser-like client, an independent phone.
//!
//! Every test goes through the public doors of a running `wrangler dev` (real workerd, KV and
//! Durable Objects on disk). Nothing here uses `mfa-core`: the other side of the protocol is
//! independent code, so that one mistake cannot hide on both sides.
//!
//! Every answer of the API that a test sees is held against [`laws`] and against the OpenAPI
//! document of the running Worker ([`document`]), whatever the test itself was asking.

pub mod administrator;
pub mod answer;
pub mod browser;
pub mod camera;
pub mod client;
pub mod colour_picture;
pub mod document;
pub mod edge;
pub mod example;
pub mod flow;
pub mod folder;
pub mod gate;
pub mod jar;
pub mod laws;
pub mod log;
pub mod mailbox;
pub mod member;
pub mod meter;
pub mod needles;
pub mod phone;
pub mod picture;
pub mod platform;
pub mod platform_page;
pub mod platform_site;
pub mod provider;
pub mod provisioner;
pub mod proxy;
pub mod python;
pub mod qr;
pub mod random;
pub mod rounds;
pub mod site;
pub mod static_files;
pub mod tenant;
pub mod webdriver;

pub use administrator::Administrator;
pub use answer::Answer;
pub use client::Client;
pub use edge::Edge;
pub use member::Member;
pub use phone::Phone;
pub use platform::Platform;
pub use provisioner::Provisioner;
pub use rounds::{eventually, rounds, together};
pub use serde_json::{Value, json};
pub use tenant::Tenant;
