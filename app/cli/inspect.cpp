// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "core/model/model_source.h"

#include <algorithm>
#include <fmt/ranges.h>

namespace bitloom::cli {
namespace {
    std::string sizeText(std::int64_t bytes)
    {
        if (bytes >= 10'000'000'000)
            return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
        return bytes >= 100'000 ? fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6) : fmt::format("{} bytes", bytes);
    }

    void printForPeople(const ModelSummary& summary)
    {
        fmt::print("{}  ({})\n", summary.name, summary.path);
        fmt::print("  architecture   {}: {} blocks, {} hidden, {} heads ({} for keys and values) of {}, feed-forward {}\n", summary.architecture, summary.blocks, summary.hiddenSize,
            summary.heads, summary.keyValueHeads, summary.headSize, summary.feedForwardSize);
        fmt::print("  vocabulary     {} tokens, {}{}\n", summary.vocabularySize, summary.tokenizer.empty() ? "no tokenizer that is known" : summary.tokenizer,
            summary.tiedEmbeddings ? ", embeddings tied" : "");
        fmt::print("  context        {} tokens\n", summary.contextLength);
        fmt::print("  parameters     {:.1f} million in {}, {:.3f} bits per weight\n", static_cast<double>(summary.parameters) / 1e6, sizeText(summary.bytes), summary.bitsPerWeight);
        fmt::print("  quantization   {}\n", summary.quantization.empty() ? "none" : summary.quantization);
        if (summary.recipe)
            fmt::print("  recipe         {}\n", recipeToJson(*summary.recipe).dump());
        std::size_t width = 0;
        for (const TensorSummary& tensor : summary.tensors)
            width = std::max(width, tensor.name.size());
        fmt::print("\n  {:<{}}  {:<8}  {:>14}  {}\n", "tensor", width, "type", "bytes", "shape");
        for (const TensorSummary& tensor : summary.tensors)
            fmt::print("  {:<{}}  {:<8}  {:>14}  {}\n", tensor.name, width, tensor.type, tensor.bytes, fmt::join(tensor.shape, " x "));
    }

    nlohmann::json toJson(const ModelSummary& summary)
    {
        nlohmann::json tensors = nlohmann::json::array();
        for (const TensorSummary& tensor : summary.tensors)
            tensors.push_back({ { "name", tensor.name }, { "shape", tensor.shape }, { "type", tensor.type }, { "bytes", tensor.bytes }, { "quantizable", tensor.quantizable } });
        return { { "path", summary.path }, { "name", summary.name }, { "architecture", summary.architecture }, { "parameters", summary.parameters }, { "bytes", summary.bytes },
            { "bits_per_weight", summary.bitsPerWeight }, { "blocks", summary.blocks }, { "hidden_size", summary.hiddenSize }, { "heads", summary.heads },
            { "key_value_heads", summary.keyValueHeads }, { "head_size", summary.headSize }, { "feed_forward_size", summary.feedForwardSize },
            { "vocabulary_size", summary.vocabularySize }, { "context_length", summary.contextLength }, { "tied_embeddings", summary.tiedEmbeddings },
            { "tokenizer", summary.tokenizer }, { "quantization", summary.quantization }, { "recipe", summary.recipe ? recipeToJson(*summary.recipe) : nlohmann::json() },
            { "tensors", std::move(tensors) } };
    }
}

void addInspectCommand(CLI::App& app, CommandContext& context)
{
    auto model = std::make_shared<std::string>();
    CLI::App* command = addCommand(app, context, "inspect", "Shows what a model consists of: architecture, tensors, types, bits per weight", "bitloom-cli inspect demo");
    command->add_option("model", *model, "Hugging Face folder, .gguf file, or demo")->required();
    command->callback([&context, model] {
        context.action = [&context, model]() -> Result<nlohmann::json> {
            BITLOOM_TRY(const ModelSource source, openModel(*model));
            const ModelSummary summary = summarize(source);
            if (!context.json)
                printForPeople(summary);
            return toJson(summary);
        };
    });
}

} // namespace bitloom::cli
