//! The objects' whole rows, and what the Worker asks of objects: read, they say the same as they did.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::member_object::Record;
use crate::object_ref::{MemberReply, MemberRequest, TenantReply, TenantRequest};
use crate::tenant_object::record::StoredRecord;

/// The first byte says what it is, the rest is its text.
pub(crate) fn row(data: &[u8]) {
    let Some((which, text)) = data.split_first() else { return };
    match which {
        b'm' => settles::<Record>(text),
        b't' => settles::<StoredRecord>(text),
        _ => {}
    }
}

/// The same of questions and answers.
pub(crate) fn ask(data: &[u8]) {
    let Some((which, text)) = data.split_first() else { return };
    match which {
        b'm' => settles::<MemberRequest>(text),
        b'M' => settles::<MemberReply>(text),
        b't' => settles::<TenantRequest>(text),
        b'T' => settles::<TenantReply>(text),
        _ => {}
    }
}

/// Written, read and written again, it is the same text.
fn settles<T: Serialize + DeserializeOwned>(text: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(text) else { return };
    let written = serde_json::to_string(&read).expect("what was read cannot be written");
    let again: T = serde_json::from_str(&written).expect("what was written cannot be read");
    assert_eq!(serde_json::to_string(&again).unwrap(), written, "written and read, it is another");
}
