//! That no comparison of secrets takes another way for another wrong value: counted, not timed.
//!
//! The module is run by an interpreter that charges fuel for every instruction. Whichever byte of a value is wrong, the
//! same fuel must be used up, to the last unit. No clock is involved, so this can be held to in every run of the tests.
//! What a processor makes of the same instructions is measured by `cargo xtask bench timing`.
//!
//! `cargo xtask test core` builds the module and says where it is in EDGE_MFA_COMPARISONS.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail, and says figures"
)]
#![allow(clippy::disallowed_methods, reason = "where the module is, the environment says")]

use std::collections::BTreeMap;

use wasmi::{CompilationMode, Config, Engine, Instance, Linker, Module, Store, WasmParams, WasmResults};

/// More than any one comparison takes.
const FUEL: u64 = 1 << 40;

#[test]
fn j05_every_wrong_value_takes_the_same_instructions() {
    let module = Comparisons::load();
    let mut list = module.fresh();
    let mut leaks = Vec::new();
    for number in 0..list.call::<_, u32>("subjects", ()) {
        let name = list.name(number);
        let mut counts = BTreeMap::<u64, u32>::new();
        let variants = list.call::<_, u32>("variants", number);
        for variant in 0..variants {
            let (fuel, answer) = module.compare(number, variant);
            let expected = u32::from(name.starts_with("decided") || name.starts_with("a right"));
            assert_eq!(answer, expected, "{name}, {variant}");
            *counts.entry(fuel).or_default() += 1;
        }
        println!("{name}: {variants} values, fuel {counts:?}");
        if counts.len() > 1 {
            leaks.push(name);
        }
    }
    // The control shows that a leak is seen; nothing else may leak.
    assert_eq!(leaks, ["control: byte by byte, up to the first that differs"]);
}

/// The module, ready to be run in an interpreter.
struct Comparisons {
    engine: Engine,
    module: Module,
}

impl Comparisons {
    fn load() -> Comparisons {
        let path = std::env::var_os("EDGE_MFA_COMPARISONS").expect("run by `cargo xtask test core`, which builds it");
        let mut config = Config::default();
        // Nothing is compiled on the way: that would be counted with the first value.
        config.consume_fuel(true).compilation_mode(CompilationMode::Eager);
        let engine = Engine::new(&config);
        let module = Module::new(&engine, std::fs::read(path).expect("the module")).expect("a module");
        assert_eq!(module.imports().count(), 0, "nothing of a host is needed to compare");
        Comparisons { engine, module }
    }

    /// A memory of its own for each: what one leaves behind is not to lengthen the way of the next.
    fn fresh(&self) -> Run {
        let mut store = Store::new(&self.engine, ());
        store.set_fuel(FUEL).expect("fuel is counted");
        let instance = Linker::new(&self.engine).instantiate_and_start(&mut store, &self.module).expect("an instance");
        Run { store, instance }
    }

    /// The fuel that one comparison takes, and what comes of it.
    fn compare(&self, number: u32, variant: u32) -> (u64, u32) {
        let mut run = self.fresh();
        assert_eq!(run.call::<_, u32>("prepare", (0_u32, number, variant)), 1, "{number}, {variant}");
        let answer = run.call("compare", (0_u32, 1_u32));
        (FUEL - run.store.get_fuel().expect("fuel is counted"), answer)
    }
}

struct Run {
    store: Store<()>,
    instance: Instance,
}

impl Run {
    fn call<P: WasmParams, R: WasmResults>(&mut self, function: &str, arguments: P) -> R {
        self.store.set_fuel(FUEL).expect("fuel is counted");
        let function = self.instance.get_typed_func::<P, R>(&self.store, function).expect("a function");
        function.call(&mut self.store, arguments).expect("no trap")
    }

    fn name(&mut self, number: u32) -> String {
        let (start, length): (u32, u32) = (self.call("name", number), self.call("name_length", number));
        let memory = self.instance.get_memory(&self.store, "memory").expect("a memory");
        let bytes = &memory.data(&self.store)[start as usize..(start + length) as usize];
        String::from_utf8(bytes.to_vec()).expect("text")
    }
}
