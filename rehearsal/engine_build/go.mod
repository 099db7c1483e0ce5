module rehearsal-engine

go 1.26

require github.com/pulumi/pulumi/pkg/v3 v3.259.0

// As the engine's own module has it: replacements of a dependency are not inherited.
replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e
