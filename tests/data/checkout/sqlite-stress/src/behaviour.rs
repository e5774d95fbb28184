pub const BEHAVIOUR: &str = "well";
