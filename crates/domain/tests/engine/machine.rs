//! What can happen, at random.

use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use crate::portal::Move;
use crate::world::World;

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    NeverSent,
    LostRequest,
    LostAnswer,
    /// It arrives later, when nobody waits for its answer.
    Late,
    Twice,
    TwiceSecondAnswer,
    Unauthorized,
    Conflict,
    TooMany,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    Never,
    BeforeTheRequest,
    BeforeTheAnswer,
}

#[derive(Clone, Debug)]
pub enum Transition {
    Submit(usize),
    Step {
        who: usize,
        row: usize,
        faults: [Fault; 2],
        crash: Crash,
    },
    Move {
        order: usize,
        step: Move,
    },
    Deliver(usize),
    Pass(i64),
    Jump {
        who: usize,
        seconds: i64,
    },
    SignIn(usize),
    Withdraw {
        who: usize,
        row: usize,
    },
    Cancel {
        who: usize,
        row: usize,
    },
    Answer {
        who: usize,
        row: usize,
    },
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        4 => Just(Fault::None),
        1 => Just(Fault::NeverSent),
        1 => Just(Fault::LostRequest),
        2 => Just(Fault::LostAnswer),
        2 => Just(Fault::Late),
        1 => Just(Fault::Twice),
        1 => Just(Fault::TwiceSecondAnswer),
        1 => Just(Fault::Unauthorized),
        2 => Just(Fault::Conflict),
        1 => Just(Fault::TooMany),
    ]
}

fn crash() -> impl Strategy<Value = Crash> {
    prop_oneof![
        8 => Just(Crash::Never),
        1 => Just(Crash::BeforeTheRequest),
        1 => Just(Crash::BeforeTheAnswer),
    ]
}

fn transition() -> impl Strategy<Value = Transition> {
    // Mostly one or two submissions, so that what goes wrong meets.
    let (who, row) = (0..2_usize, 0..3_usize);
    let step = prop_oneof![
        6 => Just(Move::On),
        1 => Just(Move::FailCode),
        3 => Just(Move::Question),
        1 => Just(Move::FalseEnd),
        2 => prop_oneof![Just(3_i64), Just(4), Just(5), Just(24), Just(77)].prop_map(Move::End),
    ];
    prop_oneof![
        2 => who.clone().prop_map(Transition::Submit),
        16 => (who.clone(), row.clone(), fault(), fault(), crash()).prop_map(|(who, row, first, second, crash)| {
            Transition::Step { who, row, faults: [first, second], crash }
        }),
        6 => (0..4_usize, step).prop_map(|(order, step)| Transition::Move { order, step }),
        2 => (0..4_usize).prop_map(Transition::Deliver),
        2 => prop_oneof![Just(1_i64), Just(60), Just(250), Just(400)].prop_map(Transition::Pass),
        1 => (who.clone(), -100_000..100_000_i64).prop_map(|(who, seconds)| Transition::Jump { who, seconds }),
        3 => who.clone().prop_map(Transition::SignIn),
        1 => (who.clone(), row.clone()).prop_map(|(who, row)| Transition::Withdraw { who, row }),
        1 => (who.clone(), row.clone()).prop_map(|(who, row)| Transition::Cancel { who, row }),
        3 => (who, row).prop_map(|(who, row)| Transition::Answer { who, row }),
    ]
}

struct Events;

impl ReferenceStateMachine for Events {
    type State = ();
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<()> {
        Just(()).boxed()
    }

    fn transitions((): &()) -> BoxedStrategy<Transition> {
        transition().boxed()
    }

    fn apply((): (), _: &Transition) {}
}

struct Engine;

impl StateMachineTest for Engine {
    type SystemUnderTest = World;
    type Reference = Events;

    fn init_test((): &()) -> World {
        let mut world = World::new().with_one_at_the_authority(0);
        world.apply(&Transition::Submit(0));
        world.apply(&Transition::Submit(1));
        world
    }

    fn apply(mut world: World, (): &(), transition: Transition) -> World {
        world.apply(&transition);
        world
    }

    fn check_invariants(world: &World, (): &()) {
        world.check();
    }

    fn teardown(world: World, (): ()) {
        world.heal();
    }
}

prop_state_machine! {
    #![proptest_config(Config { cases: 10_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn whatever_happens_an_order_is_filed_once_and_reported_as_it_is(sequential 1..32 => Engine);
}
