//! A race: everybody proves, the first valid proof is paid, and all other work is for nothing.
//!
//! Model: the winner is the minimum of the contenders' finishing times. Losers stop when they see its proof. With n
//! exponential provers of rates μᵢ the winner is i with probability μᵢ / Σμ, it takes 1 / Σμ on average, and the others
//! spend (n − 1) / Σμ until then.
//! Assumptions: an invalid proof leaves the race open for the others. Source: the minimum of exponentials, S. M. Ross,
//! *Introduction to Probability Models*, 10th ed. (2010), section 5.2.3.
//! Leaves out: provers that give up early because they expect to lose.

use sim::{Span, Time};

use super::{Attempt, Contender, Course, Ending, Fate, Job, Rules};

/// Runs a race. Losers stop `notice` after the winner's proof; without a winner all stop at the deadline.
pub fn race(rules: &Rules, job: &Job, contenders: &[Contender], notice: Span) -> Course {
    let due = job.opened + rules.deadline;
    let finish = |contender: &Contender| start(job, contender) + contender.effort.service;
    let winner = (0..contenders.len())
        .filter(|index| rules.admits(&contenders[*index].prover))
        .filter(|index| contenders[*index].effort.ending == Ending::Valid && finish(&contenders[*index]) <= due)
        .min_by(|a, b| {
            let key = |index: usize| (finish(&contenders[index]), contenders[index].effort.tie);
            let ((time_a, tie_a), (time_b, tie_b)) = (key(*a), key(*b));
            time_a.cmp(&time_b).then(tie_a.total_cmp(&tie_b))
        });
    let closed = winner.map_or(due, |winner| finish(&contenders[winner]));
    let stop = winner.map_or(due, |_| closed + notice);
    // Whoever is busy until the race is over does not begin. The winner runs even if it needs no time at all.
    let runs = |index: usize, contender: &Contender| {
        winner == Some(index) || rules.admits(&contender.prover) && start(job, contender) < stop
    };
    let attempts = contenders.iter().enumerate().filter(|(index, contender)| runs(*index, contender));
    let attempts = attempts.map(|(index, contender)| {
        let finish = finish(contender);
        let fate = match contender.effort.ending {
            _ if winner == Some(index) => Fate::Won,
            Ending::Invalid if finish <= closed => Fate::Invalid,
            _ if winner.is_some() => Fate::Beaten,
            _ => Fate::Late,
        };
        let ended = if contender.effort.ending == Ending::Hangs { stop } else { finish.min(stop) };
        Attempt { contender: index, started: start(job, contender), ended, fate }
    });
    Course { attempts: attempts.collect(), closed, price: None }
}

fn start(job: &Job, contender: &Contender) -> Time {
    job.opened.max(contender.free)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::sample::{contender, prover, rules};
    use crate::market::{Effort, Mechanism, Prover};
    use sim::{Stream, Streams};

    const SECOND: Span = Span::from_secs(1);

    fn within(deadline: Span) -> Rules {
        Rules { deadline, ..rules(Mechanism::Race { notice: Span::ZERO }) }
    }

    #[test]
    fn exponential_provers_win_by_their_rates_and_waste_the_rest() {
        let rates = [1.0, 2.0, 3.0, 4.0];
        let total: f64 = rates.iter().sum();
        let mut streams: Vec<Stream> = (0..4).map(|i| Streams::new(1, 0).stream(&i.to_string())).collect();
        let (mut wins, mut time, mut waste) = ([0u32; 4], 0.0, 0.0);
        let races = 100_000;
        let job = Job { number: 0, opened: Time::ZERO, work_s: 1.0 };
        for _ in 0..races {
            let contenders: Vec<Contender> = rates
                .iter()
                .zip(&mut streams)
                .map(|(rate, stream)| {
                    let prover = Prover { speed: *rate, service_cv: 1.0, ..prover(0) };
                    Contender { prover, free: Time::ZERO, effort: prover.effort(&job, stream) }
                })
                .collect();
            let course = race(&within(SECOND * 1_000), &job, &contenders, Span::ZERO);
            time += course.closed.as_secs_f64();
            for attempt in &course.attempts {
                match attempt.fate {
                    Fate::Won => wins[attempt.contender] += 1,
                    _ => waste += (attempt.ended - attempt.started).as_secs_f64(),
                }
            }
        }
        let n = f64::from(races);
        for (wins, rate) in wins.iter().zip(rates) {
            let (found, expected) = (f64::from(*wins) / n, rate / total);
            let error = (expected * (1.0 - expected) / n).sqrt();
            assert!((found - expected).abs() < 4.0 * error, "rate {rate}: won {found}, expected {expected}");
        }
        // The minimum is exponential: its standard deviation is its mean.
        let error = 4.0 / n.sqrt();
        assert!((time / n * total - 1.0).abs() < error, "mean time {}", time / n);
        assert!((waste / n * total / 3.0 - 1.0).abs() < error, "waste {}", waste / n);
    }

    #[test]
    fn a_race_by_hand() {
        let job = Job { number: 0, opened: Time::from_secs_f64(100.0), work_s: 10.0 };
        let mut busy = contender(1.0, Ending::Valid);
        busy.free = Time::from_secs_f64(120.0);
        let contenders = [
            contender(3.0, Ending::Invalid),
            contender(8.0, Ending::Valid),
            contender(9.0, Ending::Valid),
            contender(8.5, Ending::Invalid),
            contender(2.0, Ending::Hangs),
            contender(50.0, Ending::Valid),
            busy,
        ];
        let course = race(&within(SECOND * 60), &job, &contenders, SECOND * 2);
        assert_eq!(course.closed, Time::from_secs_f64(108.0));
        let found: Vec<(Fate, f64)> = course.attempts.iter().map(|a| (a.fate, a.ended.as_secs_f64() - 100.0)).collect();
        // The invalid proof at 8.5 s comes after the winner's: nobody looks at it. The busy prover never begins.
        assert_eq!(
            found,
            [
                (Fate::Invalid, 3.0),
                (Fate::Won, 8.0),
                (Fate::Beaten, 9.0),
                (Fate::Beaten, 8.5),
                (Fate::Beaten, 10.0),
                (Fate::Beaten, 10.0)
            ]
        );
    }

    #[test]
    fn a_race_without_a_winner_ends_at_the_deadline() {
        let job = Job { number: 0, opened: Time::ZERO, work_s: 10.0 };
        let contenders = [contender(3.0, Ending::Invalid), contender(70.0, Ending::Valid)];
        let course = race(&within(SECOND * 60), &job, &contenders, SECOND);
        assert_eq!(course.closed, Time::from_secs_f64(60.0));
        assert_eq!(course.attempts[0].fate, Fate::Invalid);
        assert_eq!((course.attempts[1].fate, course.attempts[1].ended), (Fate::Late, Time::from_secs_f64(60.0)));
    }

    #[test]
    fn equal_times_are_won_by_the_tie_break() {
        let job = Job { number: 0, opened: Time::ZERO, work_s: 10.0 };
        let mut contenders = [contender(3.0, Ending::Valid), contender(3.0, Ending::Valid)];
        contenders[1].effort.tie = 0.1;
        assert_eq!(race(&within(SECOND * 60), &job, &contenders, SECOND).attempts[1].fate, Fate::Won);
        // Even when both need no time.
        let contenders = contenders.map(|it| Contender { effort: Effort { service: Span::ZERO, ..it.effort }, ..it });
        let course = race(&within(SECOND * 60), &job, &contenders, Span::ZERO);
        assert_eq!(
            course.attempts,
            [Attempt { contender: 1, started: job.opened, ended: job.opened, fate: Fate::Won }]
        );
    }
}
