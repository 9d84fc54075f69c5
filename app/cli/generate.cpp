// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/kv_options.h"

#include "core/engine/generate_job.h"

#include <cstdio>
#include <fstream>

namespace bitloom::cli {
namespace {
    /// Writes text as it comes, and maps of the cache, one JSON object a line, where somebody wants them; everything else goes to the progress line.
    class Writer : public JobListener
    {
    public:
        Writer(bool quiet, ProgressSink& progress, std::ostream* maps)
            : m_quiet(quiet)
            , m_progress(progress)
            , m_maps(maps)
        {
        }
        void event(const Event& event) override
        {
            if (const auto* token = std::get_if<TokenEvent>(&event); token && !m_quiet) {
                std::fwrite(token->text.data(), 1, token->text.size(), stdout);
                std::fflush(stdout);
            } else if (const auto* progress = std::get_if<ProgressEvent>(&event)) {
                m_progress.progress(progress->progress);
            } else if (const auto* map = std::get_if<CacheMapEvent>(&event); map && m_maps) {
                nlohmann::json line = *map;
                line["attention"] = map->attention; // numbers instead of the wire's bytes
                line["mass"] = map->mass;
                if (map->errors)
                    line["errors"] = *map->errors;
                *m_maps << line.dump() << '\n';
            }
        }

    private:
        bool m_quiet;
        ProgressSink& m_progress;
        std::ostream* m_maps;
    };
}

void addGenerateCommand(CLI::App& app, CommandContext& context)
{
    auto request = std::make_shared<GenerateRequest>();
    auto settings = std::make_shared<std::vector<std::string>>();
    auto configuration = std::make_shared<std::string>();
    auto maps = std::make_shared<std::string>();
    auto watched = std::make_shared<CacheWatch::Target>();
    CLI::App* command = addCommand(app, context, "generate", "Lets a model write; the text comes token by token", "bitloom-cli generate demo --prompt 'Why is the sky blue?' --chat");
    command->add_option("model", request->model, "Hugging Face folder, .gguf file, or demo")->required();
    command->add_option("--prompt", request->prompt, "What the text starts with")->required();
    command->add_flag("--chat", request->chat, "Put the prompt into the model's chat template");
    command->add_option("--max-tokens", request->maximumTokens, "Tokens to write at most")->check(CLI::Range(std::int64_t(1), std::int64_t(1) << 24))->capture_default_str();
    command->add_option("--temperature", request->temperature, "0 takes the most probable token; 1 samples as the model predicts")->check(CLI::Range(0.0, 100.0))->capture_default_str();
    command->add_option("--top-p", request->topP, "Draw only from the most probable tokens that together have this probability")->check(CLI::Range(0.0, 1.0))->capture_default_str();
    command->add_option("--kv", request->cacheMethod, "Key-value cache method; `bitloom-cli plugins` lists them")->capture_default_str();
    command->add_option("--set", *settings, "Parameter of the cache method: name=value");
    command->add_option("--configuration", *configuration, "What `kv --save-configuration` wrote for the method (default: what it laid beside the model, if that is for the method)");
    command->add_option("--maps", *maps, "Also write what the cache holds to this file, a JSON object a line, at most 30 in a second");
    command->add_option("--map-layer", watched->layer, "Layer whose positions --maps tells")->check(CLI::Range(0, 1 << 20))->capture_default_str();
    command->add_option("--map-head", watched->head, "Key-value head of that layer")->check(CLI::Range(0, 1 << 20))->capture_default_str();
    command->callback([&context, request, settings, configuration, maps, watched] {
        context.action = [&context, request, settings, configuration, maps, watched]() -> Result<nlohmann::json> {
            const KvMethods caches = KvMethods::load();
            BITLOOM_TRY(const KvCandidate cache, (KvArguments { request->cacheMethod, *settings, *configuration, request->model }).candidate(caches));
            request->cacheParameters = cache.parameters;
            request->device = context.device;
            request->seed = context.seed;
            CacheWatch watch;
            ModelSlot models;
            std::ofstream mapsFile;
            if (!maps->empty()) {
                mapsFile.open(*maps);
                if (!mapsFile)
                    return fail(ErrorCode::Io, "{}: cannot be written", *maps);
                watch.set(*watched);
            }
            Writer writer(context.json, context.progress(), maps->empty() ? nullptr : &mapsFile);
            BITLOOM_TRY(const GenerationReport written, runGenerateJob(*request, caches, models, watch, writer, context.control));
            if (!maps->empty() && !mapsFile.flush())
                return fail(ErrorCode::Io, "{}: the maps could not be written", *maps);
            if (!context.json) {
                fmt::print("\n");
                std::fflush(stdout);
                fmt::print(stderr, "{} tokens, {:.1f} tokens per second, cache of {} bytes\n", written.tokens, written.tokensPerSecond, written.cacheBytes);
            }
            if (!written.stopped.empty())
                fmt::print(stderr, "bitloom-cli: the text ends here, because {}\n", written.stopped);
            return nlohmann::json(written);
        };
    });
}

} // namespace bitloom::cli
