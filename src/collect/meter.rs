//! How far one reading is, in the things that it describes one by one.
//!
//! A reading begins with lists, whose length nobody knows; then it knows how many functions or keys there
//! are to ask about. The counter belongs to the task that reads, so that collectors need not hand it on.

use std::sync::Arc;

use tokio::task_local;

/// Told `(done, of)` whenever either grows.
type Told = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// The count of one reading.
#[derive(Clone)]
pub(crate) struct Meter {
    counts: Arc<std::sync::Mutex<(usize, usize)>>,
    told: Told,
}

task_local! {
    static METER: Meter;
}

impl Meter {
    /// A count that begins at nothing.
    pub(crate) fn new(told: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        Self {
            counts: Arc::default(),
            told: Arc::new(told),
        }
    }

    /// Runs a reading with this count.
    pub(crate) async fn around<F: Future>(self, reading: F) -> F::Output {
        METER.scope(self, reading).await
    }

    fn add(&self, done: usize, of: usize) {
        let now = {
            let mut counts = self
                .counts
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            counts.0 += done;
            counts.1 += of;
            *counts
        };
        (self.told)(now.0, now.1);
    }
}

/// Runs `describe` over all items, a bounded number at once, gives the results in the items' order, and
/// counts.
pub(crate) async fn in_parallel<I, T, F>(items: Vec<I>, mut describe: impl FnMut(I) -> F) -> Vec<T>
where
    F: Future<Output = T>,
{
    // Outside a reading (a unit test, the doctor) nobody counts.
    let meter = METER.try_with(Clone::clone).ok();
    let count = |done: usize, of: usize| {
        if let Some(meter) = &meter {
            meter.add(done, of);
        }
    };
    count(0, items.len());
    tripod_neighbours::in_parallel(items, |item| {
        let describing = describe(item);
        async move {
            let result = describing.await;
            count(1, 0);
            result
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn a_reading_is_counted_as_it_goes() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&seen);
        let meter = Meter::new(move |done, of| told.lock().expect("no panic").push((done, of)));
        let doubled = meter
            .around(in_parallel(vec![1, 2, 3], |item| async move { item * 2 }))
            .await;
        assert_eq!(doubled, [2, 4, 6]);
        let seen = seen.lock().expect("no panic");
        assert_eq!(*seen, [(0, 3), (1, 3), (2, 3), (3, 3)]);
    }

    #[tokio::test]
    async fn without_a_reading_nobody_counts() {
        assert_eq!(in_parallel(vec![1], |item| async move { item }).await, [1]);
    }
}
