//! Several writes of one decision: all of them, or none.
//!
//! Without it every statement stands by itself, and what was written before one that fails stays: a data key destroyed
//! under a record that still names it, a member removed of whom the log knows nothing.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue, closure::ScopedClosure};
use worker::State;

use crate::error::Problem;

#[wasm_bindgen]
extern "C" {
    type Storage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &Storage,
        work: &ScopedClosure<'_, dyn FnMut() -> Result<(), JsValue>>,
    ) -> Result<JsValue, JsValue>;
}

/// Does `work` in one transaction of the object's storage. A problem takes back everything that was written, and so
/// does a panic.
pub(crate) fn all_or_nothing<T>(state: &State, work: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    let (mut work, mut done) = (Some(work), None);
    let mut run = || {
        let worked = work.take().map(|work| work());
        let failed = !matches!(worked, Some(Ok(_)));
        done = worked;
        // The platform takes back what was written when this throws.
        if failed { Err(JsValue::from_str("taken back")) } else { Ok(()) }
    };
    let storage = state.storage();
    // What a panic leaves half done in memory is not looked at again: nothing of it comes out of here.
    let committed = {
        let run = ScopedClosure::borrow_mut_assert_unwind_safe(&mut run);
        AsRef::<JsValue>::as_ref(storage.as_raw()).unchecked_ref::<Storage>().transaction_sync(&run)
    };
    match (done, committed) {
        (Some(Err(problem)), _) => Err(problem),
        (_, Err(error)) => Err(worker::Error::from(error).into()),
        (Some(Ok(worked)), Ok(_)) => Ok(worked),
        (None, Ok(_)) => Err(Problem::alarm("a transaction did nothing")),
    }
}
