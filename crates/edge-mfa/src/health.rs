//! Whether everything that a sign-in needs is there.

use serde_json::Value;

use crate::door::Door;
use crate::failure::{Failure, Outcome};
use crate::output::{Output, Table, number, word};

pub(crate) fn run(door: &Door, out: Output) -> Outcome {
    let health = door.get("/health", &[])?;
    let checks = health.get("checks").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    out.show(&health, || {
        let mut table = Table::new(&["part", "is", "ms", "keys", "what it means"]);
        for check in checks {
            let is = if is_well(check) { "well" } else { "WRONG" };
            let keys = check.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let keys: Vec<_> = keys.iter().filter_map(Value::as_str).collect();
            let ms = number(check, "ms").to_string();
            table.row([
                word(check, "part").to_owned(),
                is.to_owned(),
                ms,
                keys.join(" "),
                word(check, "note").to_owned(),
            ]);
        }
        table.text()
    })?;
    match checks.iter().filter(|check| !is_well(check)).count() {
        0 => Ok(()),
        wrong => Err(Failure::Failed(format!("{wrong} of {} parts need your hand.", checks.len()))),
    }
}

fn is_well(check: &Value) -> bool {
    check.get("ok").and_then(Value::as_bool) == Some(true)
}
