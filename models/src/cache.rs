//! A cache that forgets what was asked for least recently (LRU), before requests for things that age.
//!
//! Model: one item is made per unit of time. Requests are Poisson; each asks for one of the newest n items, the k-th
//! newest with a chance that falls as k^−s (Zipf). What is asked for is kept until `capacity` other items were asked
//! for since. Hit rate by Che's approximation: an item is in the cache when it was asked for in the last T, and T is the
//! time in which as many items are asked for as the cache holds: ∫ (1 − e^(−M(u))) du = capacity, where M(u) is the
//! mean number of requests in the last T for an item of age u. An item that does not age is the limit of many requests
//! per unit of time.
//!
//! Assumptions: items of one size. Source: H. Che, Y. Tung, Z. Wang, "Hierarchical web caching systems" (2002); C.
//! Fricker, P. Robert, J. Roberts, "A versatile and accurate approximation for LRU cache performance" (2012); ageing as
//! in S. Traverso et al., "Temporal locality in today's content caching" (2013). Leaves out: other rules of eviction.

mod recent;

pub use recent::Recent;

use sim::Stream;

/// Fewest and most steps per unit of age of the integrals.
const STEPS: (usize, usize) = (16, 1_000);
/// Steps per mean request for the newest item: a chance of e^−x that is integrated in steps of 1/4 is 0.3 % off.
const STEPS_PER_REQUEST: f64 = 4.0;
/// Halvings until the characteristic time of items that age is known.
const HALVINGS: u32 = 50;
/// Most of Newton's steps to the characteristic time of items that do not; a dozen are enough where a cache is not all but full.
const NEWTON_STEPS: u32 = 200;
/// A step that changes a time by less, relatively, is the last.
const CLOSE: f64 = 1e-14;

/// Which of the newest items is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Popularity {
    /// Share of the requests that ask for the k newest items; starts with 0 and ends with 1.
    cumulative: Vec<f64>,
}

impl Popularity {
    /// The k-th newest of so many items with a chance proportional to k^−exponent; asserts that there is one.
    pub fn zipf(items: usize, exponent: f64) -> Self {
        assert!(items > 0, "something is asked for");
        let weights: Vec<f64> = (1..=items).map(|rank| (rank as f64).powf(-exponent)).collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let shares = weights.iter().map(|weight| {
            sum += weight;
            (sum / total).min(1.0)
        });
        let mut cumulative: Vec<f64> = std::iter::once(0.0).chain(shares).collect();
        cumulative[items] = 1.0;
        Self { cumulative }
    }

    /// How many items can be asked for.
    pub fn items(&self) -> usize {
        self.cumulative.len() - 1
    }

    /// Share of the requests for an item that come before it reaches this age.
    pub fn before(&self, age: f64) -> f64 {
        let whole = age.max(0.0).floor();
        match self.cumulative.get(whole as usize..) {
            Some([here, next, ..]) => here + (next - here) * (age.max(0.0) - whole),
            _ => 1.0,
        }
    }

    /// The item that a request asks for: 0 is the newest.
    pub fn draw(&self, stream: &mut Stream) -> usize {
        let place = stream.uniform();
        self.cumulative.partition_point(|share| *share <= place).clamp(1, self.items()) - 1
    }

    /// Share of the requests that an LRU cache of `capacity` of these items answers, where items do not age: Σ q (1 − e^(−q T)) over
    /// their shares q, with Σ (1 − e^(−q T)) = capacity (Che et al. 2002; Fricker et al. 2012).
    pub fn hit_rate(&self, capacity: u64) -> f64 {
        let Some(time) = self.characteristic_time(capacity) else { return 1.0 };
        self.shares().map(|share| share * -(-share * time).exp_m1()).sum()
    }

    fn shares(&self) -> impl Iterator<Item = f64> {
        self.cumulative.windows(2).map(|pair| pair[1] - pair[0])
    }

    /// Requests until an LRU cache of `capacity` of these items is full, and for as long as it keeps what nobody asks for: T of
    /// Che's approximation. None where it has room for all items.
    pub fn characteristic_time(&self, capacity: u64) -> Option<f64> {
        if capacity as usize >= self.items() {
            return None;
        }
        // How many items are held rises with time, ever more slowly, and by one per request at first: Newton's steps from as many requests
        // as there is room for come nearer from below.
        let mut time = capacity as f64;
        for _ in 0..NEWTON_STEPS {
            let (held, rises) = self.shares().fold((0.0, 0.0), |(held, rises), share| {
                let asked = -(-share * time).exp_m1();
                (held + asked, rises + share * (1.0 - asked))
            });
            let step = (capacity as f64 - held) / rises;
            if !step.is_finite() || step <= time * CLOSE {
                break;
            }
            time += step;
        }
        Some(time)
    }

    /// Share of the requests per unit of age, for items of this age.
    fn density(&self, age: f64) -> f64 {
        let rank = age as usize;
        self.cumulative[rank + 1] - self.cumulative[rank]
    }
}

/// A cache of so many items before Poisson requests, by Che's approximation.
#[derive(Debug, Clone, PartialEq)]
pub struct Che {
    popularity: Popularity,
    rate: f64,
    /// How long an item is kept that is not asked for.
    kept: f64,
}

impl Che {
    /// A cache of `capacity` items before `rate` requests per unit of time.
    pub fn new(popularity: Popularity, rate: f64, capacity: u64) -> Self {
        let most = popularity.items() as f64;
        let mut che = Self { popularity, rate, kept: most };
        if capacity == 0 {
            che.kept = 0.0;
        } else if che.held() > capacity as f64 {
            let (mut low, mut high) = (0.0, most);
            for _ in 0..HALVINGS {
                che.kept = f64::midpoint(low, high);
                if che.held() > capacity as f64 { high = che.kept } else { low = che.kept }
            }
        }
        che
    }

    /// Mean number of items that were asked for in the last `kept`.
    fn held(&self) -> f64 {
        let all = self.popularity.items() as f64;
        let asked = |requests: f64| -(-self.rate * requests).exp_m1();
        // Those that can still be asked for, and those that are too old: asked for at an age of n − kept or later.
        let young = self.over_ages(|age| self.hit(age));
        let old = |age: f64| if age < all - self.kept { 0.0 } else { asked(1.0 - self.popularity.before(age)) };
        young + self.over_ages(old)
    }

    /// The integral of a function of age over the ages at which an item is asked for.
    fn over_ages(&self, of: impl Fn(f64) -> f64) -> f64 {
        let steps = (STEPS_PER_REQUEST * self.rate * self.popularity.density(0.0)).ceil() as usize;
        let steps = steps.clamp(STEPS.0, STEPS.1);
        let step = 1.0 / steps as f64;
        (0..self.popularity.items() * steps).map(|index| of((index as f64 + 0.5) * step) * step).sum()
    }

    /// The mean of a function of age over the requests.
    pub fn over_requests(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.over_ages(|age| self.popularity.density(age) * of(age))
    }

    /// Chance that an item of this age is in the cache.
    pub fn hit(&self, age: f64) -> f64 {
        let requests = self.popularity.before(age) - self.popularity.before(age - self.kept);
        -(-self.rate * requests).exp_m1()
    }

    /// Share of the requests whose item is in the cache.
    pub fn hit_rate(&self) -> f64 {
        self.over_requests(|age| self.hit(age))
    }
}

/// The cache itself.
#[derive(Debug, Clone)]
pub struct Lru {
    capacity: usize,
    /// What was asked for last stands last; a list, because caches of proofs are short.
    items: Vec<u64>,
}

impl Lru {
    /// An empty cache.
    pub fn new(capacity: u64) -> Self {
        Self { capacity: capacity as usize, items: Vec::new() }
    }

    /// An item is asked for; tells whether it is there.
    pub fn ask(&mut self, item: u64) -> bool {
        let place = self.items.iter().rposition(|other| *other == item);
        if let Some(place) = place {
            self.items.remove(place);
            self.items.push(item);
        }
        place.is_some()
    }

    /// An item is there from now on; the one that was asked for least recently makes room.
    pub fn keep(&mut self, item: u64) {
        if self.capacity > 0 && !self.ask(item) {
            if self.items.len() == self.capacity {
                self.items.remove(0);
            }
            self.items.push(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Interval, Streams};

    /// Hit rate of a simulated cache: batches of requests after a warm-up.
    fn simulated(popularity: &Popularity, rate: f64, capacity: u64) -> Interval {
        let mut stream = Streams::new(7, 0).stream("cache");
        let (mut cache, mut now) = (Lru::new(capacity), popularity.items() as f64);
        let mut batch = || {
            let mut hits = 0;
            for _ in 0..10_000 {
                now += stream.exponential(1.0 / rate);
                let item = now as u64 - popularity.draw(&mut stream) as u64;
                if cache.ask(item) { hits += 1 } else { cache.keep(item) }
            }
            f64::from(hits) / 10_000.0
        };
        batch();
        let shares: Vec<f64> = (0..20).map(|_| batch()).collect();
        Interval::of(&shares, 0.99).expect("twenty batches")
    }

    #[test]
    fn shares_and_ages_by_hand() {
        // 1, 1/2, 1/4 of 7/4.
        let popularity = Popularity::zipf(4, 1.0);
        let total = 1.0 + 1.0 / 2.0 + 1.0 / 3.0 + 1.0 / 4.0;
        assert!((popularity.before(1.0) - 1.0 / total).abs() < 1e-12);
        assert!((popularity.before(1.5) - 1.25 / total).abs() < 1e-12, "evenly within a rank");
        assert_eq!((popularity.before(-1.0), popularity.before(4.0), popularity.before(99.0)), (0.0, 1.0, 1.0));
        assert!((Che::new(popularity.clone(), 1.0, 1).over_requests(|_| 1.0) - 1.0).abs() < 1e-12);
        let mut stream = Streams::new(1, 0).stream("ranks");
        let newest = (0..100_000).filter(|_| popularity.draw(&mut stream) == 0).count() as f64 / 1e5;
        assert!((newest - 1.0 / total).abs() < 0.01, "{newest}");
    }

    #[test]
    fn the_least_recent_makes_room() {
        let mut cache = Lru::new(2);
        [1, 2].into_iter().for_each(|item| cache.keep(item));
        assert!(cache.ask(1));
        cache.keep(3);
        assert_eq!([1, 2, 3].map(|item| cache.ask(item)), [true, false, true]);
        let mut none = Lru::new(0);
        none.keep(1);
        assert!(!none.ask(1));
    }

    #[test]
    fn che_agrees_with_a_simulated_cache() {
        // From a cache that is asked twice per item to one before items that hardly age; within the simulation's
        // interval and the error that the approximation is known for, below one percent of all requests.
        for (items, exponent, rate, capacity) in
            [(24, 1.0, 2.0, 4), (24, 0.6, 0.5, 10), (168, 1.0, 3.0, 60), (50, 0.8, 500.0, 10), (20, 1.2, 0.3, 1_000)]
        {
            let popularity = Popularity::zipf(items, exponent);
            let found = simulated(&popularity, rate, capacity);
            let expected = Che::new(popularity, rate, capacity).hit_rate();
            let allowed = found.half_width() + 0.01;
            assert!((found.mean - expected).abs() < allowed, "{items} items, {rate}: {expected}, {found:?}");
        }
    }

    #[test]
    fn items_that_do_not_age_are_the_classical_case() {
        // Two ways to the same figure: the integrals over ages, and the sums over items.
        let (items, exponent, capacity) = (100, 0.8, 20);
        let popularity = Popularity::zipf(items, exponent);
        let classical = popularity.hit_rate(capacity);
        let slow = Che::new(popularity, 1e5, capacity).hit_rate();
        assert!((slow - classical).abs() < 0.005, "{slow} against {classical}");
        // Items of one popularity are there as often as there is room for them.
        assert!((Popularity::zipf(40, 0.0).hit_rate(10) - 0.25).abs() < 1e-9);
        assert_eq!([0, 40, 99].map(|capacity| Popularity::zipf(40, 1.0).hit_rate(capacity)), [0.0, 1.0, 1.0]);
    }

    #[test]
    fn a_cache_that_holds_all_misses_first_requests_only() {
        // Every item gets Poisson(m) requests in its life; the first of them misses: 1 − (1 − e^−m) / m hit.
        let che = Che::new(Popularity::zipf(48, 1.0), 0.5, 1_000);
        let expected = 1.0 - (1.0 - (-0.5f64).exp()) / 0.5;
        assert!((che.hit_rate() - expected).abs() < 1e-3, "{} against {expected}", che.hit_rate());
        assert_eq!(Che::new(Popularity::zipf(48, 1.0), 0.5, 0).hit_rate(), 0.0);
        // A hundred requests for the newest, which is made once: one in a hundred misses.
        let missed = 1.0 - Che::new(Popularity::zipf(1, 1.0), 100.0, 1_000).hit_rate();
        assert!((missed / 0.01 - 1.0).abs() < 0.01, "{missed}");
    }
}
