// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/cache_history.h"
#include "widgets/comparison_panel.h"
#include "widgets/pareto_plot.h"

#include <memory>
#include <vector>

/// A run on a model of the demo model's size, as the engine would send it: always the same numbers.
namespace bitloom::sample {

[[nodiscard]] std::string layerName(int block, int module);
/// 30 blocks of 7 modules; the first `done` are done, then one solves, the next block calibrates.
[[nodiscard]] std::vector<LayerEvent> layers(int blocks = 30, int done = 100);
[[nodiscard]] SaliencyEvent overview(int blocks = 30, int measured = 26);
[[nodiscard]] SaliencyEvent layerSaliency(const std::string& layer, int groups = 4, int columns = 576, int stride = 1);
[[nodiscard]] std::vector<CodebookEvent> codebookHistory(int bits = 3, int steps = 9);
[[nodiscard]] std::vector<ObjectiveEvent> objectives(int blocks = 10, bool heldOut = true);
[[nodiscard]] WeightHistogram histogram();
[[nodiscard]] std::vector<TensorSummary> tensors(int blocks = 30);
[[nodiscard]] ModelSummary model();
[[nodiscard]] MethodInfo method();
[[nodiscard]] ComparisonData comparison();
/// A cache of 30 layers and 3 heads while `tokens` tokens are written after a prompt of `prompt`: 4 sinks, 16 recent positions, some between them, the
/// others in pages of 2 bits (or dropped).
[[nodiscard]] std::vector<CacheMapEvent> cacheMaps(int prompt = 60, int tokens = 120, bool evicts = false);
/// The maps as a view gets them, with words as tokens.
[[nodiscard]] std::shared_ptr<CacheHistory> cacheHistory(int prompt = 60, int tokens = 120, bool evicts = false);
/// 32 weights as Q4_0, or 256 as Q4_K with minima.
[[nodiscard]] BlockContent block(bool superBlock = false);
[[nodiscard]] std::vector<ParetoPoint> front(int points = 24);
[[nodiscard]] std::vector<ParetoPoint> mixes();
/// An original and three files beside it.
[[nodiscard]] VerificationReport verification();

} // namespace bitloom::sample
