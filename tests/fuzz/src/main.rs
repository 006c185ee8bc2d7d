//! libFuzzer's door: the target that `EDGE_MFA_FUZZ_TARGET` names, with libFuzzer's own arguments.
#![no_main]

use std::sync::OnceLock;

use edge_mfa_fuzz::Target;

static TARGET: OnceLock<&Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(init: choose(), |data: &[u8]| {
    if let Some(target) = TARGET.get() {
        (target.hold)(data);
    }
});

fn choose() {
    let name = std::env::var("EDGE_MFA_FUZZ_TARGET").unwrap_or_default();
    let target = edge_mfa_fuzz::named(&name).expect("EDGE_MFA_FUZZ_TARGET names no target");
    TARGET.get_or_init(|| target);
}
