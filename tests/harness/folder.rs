//! A temporary folder and the processes started in it, gone when the test process is gone.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Reads `start N` and `ended N` of process groups; when its input ends, however the test process
/// came to its own end (a kill included), it ends the groups that are left and removes the folder.
const WATCH: &str = r#"
groups=
while read -r word group; do
  case "$word" in
    start) groups="$groups $group " ;;
    ended) groups="${groups%% $group *} ${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -9 "-$group"; done
[ -n "$EDGE_MFA_KEEP" ] || for attempt in 1 2 3; do sleep 0.2; rm -rf -- "$1" && break; done
"#;

/// A folder with a watcher that outlives the test process by the time it takes to clean up.
/// Set `EDGE_MFA_KEEP=1` to keep the folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    watch: Child,
}

impl Folder {
    /// Makes a fresh folder under the system's temporary folder.
    pub fn fresh() -> Self {
        let path = std::env::temp_dir().join(crate::random::name("edge-mfa-test"));
        std::fs::create_dir_all(&path).expect("a temporary folder");
        let watch = Command::new("sh")
            .args(["-c", WATCH, "watch"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("a shell");
        Self { path, watch }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Starts `command` as the leader of a process group that the watcher will end.
    pub fn spawn(&mut self, command: &mut Command) -> Child {
        let child = command.process_group(0).spawn().expect("the program starts");
        self.tell("start", child.id());
        child
    }

    /// Kills the whole process group that `leader` leads, at once (SIGKILL).
    pub fn kill9(&mut self, leader: &mut Child) {
        // The shell's own kill: the program of that name is not everywhere. The group may be gone
        // already; that the leader has ended is what counts.
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -9 \"-$0\"", &leader.id().to_string()]);
        let _ = kill.stderr(Stdio::null()).status();
        let _ = leader.wait();
        self.tell("ended", leader.id());
    }

    fn tell(&mut self, word: &str, group: u32) {
        let watch = self.watch.stdin.as_mut().expect("the watcher listens");
        writeln!(watch, "{word} {group}").expect("the watcher listens");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        // Cleaning up is best effort: a test has already said what it had to say.
        let _ = self.watch.wait();
    }
}
