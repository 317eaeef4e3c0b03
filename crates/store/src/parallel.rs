//! Work on several threads, and on fewer where the system has no more.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, Scope, ScopedJoinHandle, scope};

/// Work that another thread does, or that is left to the one who waits for it.
pub struct Task<'scope, F, T> {
    thread: Option<ScopedJoinHandle<'scope, Option<T>>>,
    work: Arc<Mutex<Option<F>>>,
}

impl<F, T> std::fmt::Debug for Task<'_, F, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}

/// Has a thread of its own do the work, if the system has one to give: a limit of processes or of memory may
/// leave none.
pub fn spawn<'scope, T, F>(scope: &'scope Scope<'scope, '_>, work: F) -> Task<'scope, F, T>
where
    F: FnOnce() -> T + Send + 'scope,
    T: Send + 'scope,
{
    let work = Arc::new(Mutex::new(Some(work)));
    let taken = Arc::clone(&work);
    let run = move || {
        let work = taken.lock().unwrap_or_else(PoisonError::into_inner).take();
        work.map(|work| work())
    };
    let thread = Builder::new().spawn_scoped(scope, run).ok();
    Task { thread, work }
}

impl<F: FnOnce() -> T, T> Task<'_, F, T> {
    /// What the work gave; does it now if no thread did.
    ///
    /// # Panics
    /// If the work did.
    pub fn join(self) -> T {
        let done = self
            .thread
            .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        if let Some(done) = done.flatten() {
            return done;
        }
        let work = self
            .work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        #[expect(clippy::expect_used, reason = "no thread took the work, so it is here")]
        work.expect("work is done once")()
    }
}

/// Does both, at the same time if a thread can be had, and gives both results.
///
/// # Panics
/// If one of them did.
pub fn join<A, B: Send>(here: impl FnOnce() -> A, beside: impl FnOnce() -> B + Send) -> (A, B) {
    scope(|scope| {
        let beside = spawn(scope, beside);
        let here = here();
        (here, beside.join())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_once_with_a_thread_and_without() {
        assert_eq!(join(|| 1, || 2), (1, 2));
        let alone: Task<'_, _, u32> = Task {
            thread: None,
            work: Arc::new(Mutex::new(Some(|| 3))),
        };
        assert_eq!(alone.join(), 3);
    }
}
