// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulator's command line.
 *
 *   sim [--seed N] [--count M] [--profile P]   random runs, seeds N..N+M-1
 *   sim --explore WHICH                        all runs of a small world
 *   sim FILE...                                scenarios
 *
 *   -v           trace of the run (of the first that fails, with --count)
 *   --save FILE  write the first run that fails as a scenario, made small
 *   --max N      stop after N failures (default 1)
 *   --show       the plan of the seed, and nothing else
 *   --depth N    with --explore: places in which runs differ (default 1)
 *
 * Prints "N passed, N failed" at the end; the exit status is 0 when none failed.
 */

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/sim.h"

static struct {
	uint64_t seed, count, max;
	const char *profile, *save, *explore;
	bool verbose, show;
	int depth;
} options = { .seed = 1, .count = 1, .max = 1, .depth = 1 };

static uint64_t passed, failed, events;

static void print_plan(const struct sim_plan *plan)
{
	char words[80];

	for (int i = 0; i < plan->count; i++) {
		sim_op_words(&plan->ops[i], words, sizeof(words));
		printf("    at %" PRId64 " %s\n", plan->ops[i].at, words);
	}
}

/* The first failure in full: made small, with its trace, and saved if asked for. */
static void explain(struct sim_world *w, struct sim_setup *setup, struct sim_plan *plan,
		    const char *name)
{
	char comment[400];

	sim_shrink(w, setup, plan);
	snprintf(comment, sizeof(comment), "%s: %s: %s", name, sim_verdict_name(w->verdict), w->text);
	if (options.save && !sim_scenario_save(options.save, setup, plan, comment))
		fprintf(stderr, "%s: cannot be written\n", options.save);
	printf("  made small:\n");
	print_plan(plan);
	if (options.verbose)
		sim_run(w, setup, plan, NULL, stdout);
	options.save = NULL;
	options.verbose = false;
}

static bool run(struct sim_world *w, struct sim_setup *setup, struct sim_plan *plan,
		const char *name)
{
	sim_run(w, setup, plan, NULL, NULL);
	events += w->events;
	if (w->verdict == SIM_OK) {
		passed++;
		return true;
	}
	failed++;
	printf("FAIL %s: %s at %" PRId64 ": %s\n", name, sim_verdict_name(w->verdict), w->failed_at,
	       w->text);
	return false;
}

static bool random_runs(struct sim_world *w)
{
	struct sim_setup setup;
	struct sim_plan plan;
	char name[64];

	for (uint64_t i = 0; i < options.count && failed < options.max; i++) {
		uint64_t seed = options.seed + i;

		if (!sim_random(seed, options.profile, &setup, &plan)) {
			fprintf(stderr, "sim: no profile %s\n", options.profile);
			return false;
		}
		snprintf(name, sizeof(name), "seed %" PRIu64 "%s%s", seed,
			 options.profile ? " --profile " : "", options.profile ? options.profile : "");
		if (options.show) {
			print_plan(&plan);
			continue;
		}
		if (options.verbose && options.count == 1) {
			sim_run(w, &setup, &plan, NULL, stdout);
			options.verbose = false;
		}
		if (!run(w, &setup, &plan, name) && (options.verbose || options.save))
			explain(w, &setup, &plan, name);
	}
	return true;
}

static bool scenario(struct sim_world *w, const char *path)
{
	struct sim_setup setup;
	struct sim_plan plan;

	if (!sim_scenario_load(path, &setup, &plan)) {
		failed++;
		return false;
	}
	if (options.verbose)
		sim_run(w, &setup, &plan, NULL, stdout);
	return run(w, &setup, &plan, path);
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "count", required_argument, NULL, 'c' },
		{ "profile", required_argument, NULL, 'p' },
		{ "save", required_argument, NULL, 'w' },
		{ "max", required_argument, NULL, 'm' },
		{ "explore", required_argument, NULL, 'e' },
		{ "depth", required_argument, NULL, 'd' },
		{ "show", no_argument, NULL, 'l' },
		{ NULL, 0, NULL, 0 },
	};
	struct sim_world *w = sim_world_new();
	bool ok = true;
	int c;

	while ((c = getopt_long(argc, argv, "v", longs, NULL)) != -1) {
		switch (c) {
		case 's':
			options.seed = strtoull(optarg, NULL, 10);
			break;
		case 'c':
			options.count = strtoull(optarg, NULL, 10);
			break;
		case 'p':
			options.profile = optarg;
			break;
		case 'w':
			options.save = optarg;
			break;
		case 'm':
			options.max = strtoull(optarg, NULL, 10);
			break;
		case 'e':
			options.explore = optarg;
			break;
		case 'd':
			options.depth = atoi(optarg);
			break;
		case 'l':
			options.show = true;
			break;
		case 'v':
			options.verbose = true;
			break;
		default:
			return 2;
		}
	}
	if (options.explore)
		ok = sim_explore(w, options.explore, options.depth, options.verbose, &passed,
				 &failed);
	else if (optind < argc)
		for (int i = optind; i < argc; i++)
			scenario(w, argv[i]);
	else
		ok = random_runs(w);
	printf("%" PRIu64 " passed, %" PRIu64 " failed\n", passed, failed);
	sim_world_free(w);
	return ok && failed == 0 ? 0 : 1;
}
