// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/gguf_tokenizer.h"

#include "core/io/atomic_file.h"
#include "core/model/tokenizer.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace bitloom {
namespace {

using Json = nlohmann::json;

constexpr const char* spaceMark = "\xE2\x96\x81"; // U+2581, how SentencePiece writes a space

Json byteLevel(bool ownSplit)
{
    return { { "type", "ByteLevel" }, { "add_prefix_space", false }, { "trim_offsets", true }, { "use_regex", ownSplit } };
}

Json sequence(const char* key, std::initializer_list<Json> steps)
{
    return { { "type", "Sequence" }, { key, Json(std::vector<Json>(steps)) } };
}

/// How text is cut before byte-level BPE, by llama.cpp's name for it.
struct PreTokenizer
{
    Json json;
    bool ignoresMerges = false; ///< a piece that is a token as a whole is not cut, whatever the merges say
};

Result<PreTokenizer> preTokenizer(const std::string& name, const std::string& source)
{
    const std::string contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    const std::string rest = R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
    const auto split = [](const std::string& regex) {
        return sequence("pretokenizers",
            { { { "type", "Split" }, { "pattern", { { "Regex", regex } } }, { "behavior", "Isolated" }, { "invert", false } }, byteLevel(false) });
    };
    if (name == "gpt-2")
        return PreTokenizer { byteLevel(true) };
    if (name == "smollm" || name == "starcoder")
        return PreTokenizer { sequence("pretokenizers", { { { "type", "Digits" }, { "individual_digits", true } }, byteLevel(true) }) };
    if (name == "llama-bpe" || name == "llama3" || name == "llama-v3")
        return PreTokenizer { split(contractions + R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})" + rest), true };
    if (name == "smaug-bpe")
        return PreTokenizer { split(contractions + R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})" + rest) };
    if (name == "qwen2")
        return PreTokenizer { split(contractions + R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N})" + rest) };
    if (name == "tekken")
        return PreTokenizer {
            split(
                R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"),
            true
        };
    return fail(ErrorCode::Unsupported,
        "{}: pre-tokenizer \"{}\" cannot be written as a tokenizer.json (known: gpt-2, smollm, starcoder, llama-bpe, smaug-bpe, qwen2, tekken)",
        source, name);
}

/// SentencePiece has scores instead of merges: the pair that makes the token with the highest score is merged first. Written out: every way to
/// cut a token into two other tokens, by score.
std::vector<std::string> mergesFromScores(const Vocabulary& vocabulary)
{
    std::unordered_map<std::string_view, std::size_t> ids;
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id)
        ids.emplace(vocabulary.tokens[id], id);
    struct Merge
    {
        float score;
        std::size_t left, right;
    };
    std::vector<Merge> merges;
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        if (vocabulary.types[id] != Vocabulary::Normal && vocabulary.types[id] != Vocabulary::UserDefined)
            continue;
        const std::string_view token = vocabulary.tokens[id];
        for (std::size_t cut = 1; cut < token.size(); ++cut) {
            const auto left = ids.find(token.substr(0, cut)), right = ids.find(token.substr(cut));
            if (left != ids.end() && right != ids.end())
                merges.push_back({ vocabulary.scores[id], left->second, right->second });
        }
    }
    std::sort(merges.begin(), merges.end(), [](const Merge& a, const Merge& b) {
        return a.score != b.score ? a.score > b.score : std::tie(a.left, a.right) < std::tie(b.left, b.right);
    });
    std::vector<std::string> lines;
    lines.reserve(merges.size());
    for (const auto& merge : merges)
        lines.push_back(vocabulary.tokens[merge.left] + ' ' + vocabulary.tokens[merge.right]);
    return lines;
}

bool isAdded(std::int32_t type)
{
    return type == Vocabulary::Control || type == Vocabulary::UserDefined || type == Vocabulary::Unknown;
}

Json addedToken(const Vocabulary& vocabulary, std::size_t id)
{
    return { { "content", vocabulary.tokens[id] }, { "single_word", false }, { "lstrip", false }, { "rstrip", false }, { "normalized", false },
        { "special", vocabulary.types[id] != Vocabulary::UserDefined } };
}

/// Puts the special tokens around a text that the vocabulary asks for; null for none.
Json postProcessor(const Vocabulary& vocabulary, bool addsBos)
{
    const auto piece = [](const std::string& name, const char* kind, int type) {
        return Json { { kind, { { "id", name }, { "type_id", type } } } };
    };
    const bool bos = addsBos && vocabulary.bos, eos = vocabulary.addEos.value_or(false) && vocabulary.eos;
    if (!bos && !eos)
        return nullptr;
    Json tokens = Json::object(), single = Json::array(), pair = Json::array();
    const auto text = [&](std::int32_t id) { return vocabulary.tokens[static_cast<std::size_t>(id)]; };
    const auto special = [&](std::int32_t id) {
        tokens[text(id)] = { { "id", text(id) }, { "ids", { id } }, { "tokens", { text(id) } } };
    };
    if (bos)
        special(*vocabulary.bos);
    if (eos)
        special(*vocabulary.eos);
    for (const int type : { 0, 1 }) {
        Json part = Json::array();
        if (bos)
            part.push_back(piece(text(*vocabulary.bos), "SpecialToken", type));
        part.push_back(piece(type == 0 ? "A" : "B", "Sequence", type));
        if (eos)
            part.push_back(piece(text(*vocabulary.eos), "SpecialToken", type));
        if (type == 0)
            single = part;
        pair.insert(pair.end(), part.begin(), part.end());
    }
    return { { "type", "TemplateProcessing" }, { "single", single }, { "pair", pair }, { "special_tokens", tokens } };
}

} // namespace

Result<Json> tokenizerJson(const Vocabulary& vocabulary, bool addsBos, const std::string& source)
{
    Json vocab = Json::object(), added = Json::array();
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        if (vocabulary.tokens[id].empty())
            continue;
        vocab[vocabulary.tokens[id]] = id;
        if (isAdded(vocabulary.types[id])) {
            auto token = addedToken(vocabulary, id);
            token["id"] = id;
            added.push_back(std::move(token));
        }
    }
    Json model { { "type", "BPE" }, { "dropout", nullptr }, { "unk_token", nullptr }, { "continuing_subword_prefix", nullptr },
        { "end_of_word_suffix", nullptr }, { "fuse_unk", false }, { "byte_fallback", false }, { "ignore_merges", false }, { "vocab", std::move(vocab) } };
    Json tokenizer { { "version", "1.0" }, { "truncation", nullptr }, { "padding", nullptr }, { "added_tokens", std::move(added) },
        { "normalizer", nullptr }, { "pre_tokenizer", nullptr }, { "post_processor", postProcessor(vocabulary, addsBos) } };

    if (vocabulary.model == "gpt2") {
        BITLOOM_TRY(auto pre, preTokenizer(vocabulary.pre, source));
        model["merges"] = vocabulary.merges;
        model["ignore_merges"] = pre.ignoresMerges;
        tokenizer["pre_tokenizer"] = std::move(pre.json);
        tokenizer["decoder"] = byteLevel(true);
    } else {
        model["merges"] = mergesFromScores(vocabulary);
        model["byte_fallback"] = true;
        model["fuse_unk"] = true;
        if (vocabulary.unknown)
            model["unk_token"] = vocabulary.tokens[static_cast<std::size_t>(*vocabulary.unknown)];
        const Json mark { { "type", "Replace" }, { "pattern", { { "String", " " } } }, { "content", spaceMark } };
        const Json unmark { { "type", "Replace" }, { "pattern", { { "String", spaceMark } } }, { "content", " " } };
        if (vocabulary.addSpacePrefix.value_or(true)) {
            tokenizer["normalizer"] = sequence("normalizers", { { { "type", "Prepend" }, { "prepend", spaceMark } }, mark });
            tokenizer["decoder"] = sequence("decoders",
                { unmark, { { "type", "ByteFallback" } }, { { "type", "Fuse" } },
                    { { "type", "Strip" }, { "content", " " }, { "start", 1 }, { "stop", 0 } } });
        } else {
            tokenizer["normalizer"] = mark;
            tokenizer["decoder"] = sequence("decoders", { unmark, { { "type", "ByteFallback" } }, { { "type", "Fuse" } } });
        }
    }
    tokenizer["model"] = std::move(model);
    return tokenizer;
}

Result<void> writeTokenizerFiles(const GgufFile& file, const ModelSource& source, const std::filesystem::path& folder)
{
    const auto vocabulary = vocabularyFromGguf(file);
    if (!vocabulary && vocabulary.error().code == ErrorCode::NotFound)
        return {};
    if (!vocabulary)
        return forward(vocabulary);
    BITLOOM_TRY(const auto tokenizer, source.tokenizer());
    BITLOOM_TRY(const auto json, tokenizerJson(*vocabulary, tokenizer->addsBos(), file.source()));
    BITLOOM_CHECK(writeTextFile(folder / "tokenizer.json", json.dump() + "\n"));

    Json settings { { "tokenizer_class", "PreTrainedTokenizerFast" }, { "clean_up_tokenization_spaces", false },
        { "model_max_length", source.config.contextLength }, { "model_input_names", { "input_ids", "attention_mask" } } };
    Json special = Json::object(), generation { { "_from_model_config", true } };
    const auto name = [&](const char* key, const std::optional<std::int32_t>& id) {
        if (id)
            special[key] = vocabulary->tokens[static_cast<std::size_t>(*id)];
    };
    name("bos_token", vocabulary->bos);
    name("eos_token", vocabulary->eos);
    name("unk_token", vocabulary->unknown);
    name("pad_token", vocabulary->padding);
    settings.update(special);
    Json decoder = Json::object();
    for (std::size_t id = 0; id < vocabulary->tokens.size(); ++id)
        if (isAdded(vocabulary->types[id]) && !vocabulary->tokens[id].empty())
            decoder[std::to_string(id)] = addedToken(*vocabulary, id);
    settings["added_tokens_decoder"] = std::move(decoder);
    if (!vocabulary->chatTemplate.empty())
        settings["chat_template"] = vocabulary->chatTemplate;
    if (vocabulary->bos)
        generation["bos_token_id"] = *vocabulary->bos;
    if (vocabulary->eos && vocabulary->endOfTurn && vocabulary->endOfTurn != vocabulary->eos)
        generation["eos_token_id"] = { *vocabulary->eos, *vocabulary->endOfTurn };
    else if (vocabulary->eos)
        generation["eos_token_id"] = *vocabulary->eos;
    if (vocabulary->padding)
        generation["pad_token_id"] = *vocabulary->padding;
    BITLOOM_CHECK(writeTextFile(folder / "tokenizer_config.json", settings.dump(2) + "\n"));
    BITLOOM_CHECK(writeTextFile(folder / "special_tokens_map.json", special.dump(2) + "\n"));
    return writeTextFile(folder / "generation_config.json", generation.dump(2) + "\n");
}

} // namespace bitloom
