// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/gguf_source.h"
#include "core/io/mapped_file.h"
#include "core/model/stored_values.h"

#include <array>
#include <charconv>
#include <unordered_map>

namespace bitloom {
namespace {
    using NamePair = std::pair<std::string_view, std::string_view>; // GGUF, Hugging Face
    constexpr std::array<NamePair, 3> outerNames { {
        { "token_embd", "model.embed_tokens" },
        { "output_norm", "model.norm" },
        { "output", "lm_head" },
    } };
    constexpr std::array<NamePair, 11> blockNames { {
        { "attn_norm", "input_layernorm" },
        { "ffn_norm", "post_attention_layernorm" },
        { "attn_q", "self_attn.q_proj" },
        { "attn_k", "self_attn.k_proj" },
        { "attn_v", "self_attn.v_proj" },
        { "attn_output", "self_attn.o_proj" },
        { "attn_q_norm", "self_attn.q_norm" },
        { "attn_k_norm", "self_attn.k_norm" },
        { "ffn_gate", "mlp.gate_proj" },
        { "ffn_up", "mlp.up_proj" },
        { "ffn_down", "mlp.down_proj" },
    } };
    constexpr std::string_view ggufBlock = "blk.", huggingFaceBlock = "model.layers.";

    /// Translates PREFIX number '.' STEM '.' SUFFIX or STEM '.' SUFFIX; empty where nothing fits.
    template <class From, class To>
    std::string translate(std::string_view name, std::string_view fromBlock, std::string_view toBlock, From from, To to)
    {
        const std::size_t dot = name.rfind('.');
        if (dot == name.npos)
            return {};
        const std::string_view suffix = name.substr(dot);
        std::string_view stem = name.substr(0, dot);
        if (suffix != ".weight" && suffix != ".bias")
            return {};
        if (!stem.starts_with(fromBlock)) {
            for (const NamePair& pair : outerNames)
                if (stem == from(pair))
                    return fmt::format("{}{}", to(pair), suffix);
            return {};
        }
        stem.remove_prefix(fromBlock.size());
        int block = 0;
        const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), block);
        const auto digits = static_cast<std::size_t>(end - stem.data());
        if (error != std::errc() || digits >= stem.size() || stem[digits] != '.' || block < 0 || std::to_string(block) != stem.substr(0, digits))
            return {};
        stem.remove_prefix(digits + 1);
        for (const NamePair& pair : blockNames)
            if (stem == from(pair))
                return fmt::format("{}{}.{}{}", toBlock, block, to(pair), suffix);
        return {};
    }

    std::string_view first(const NamePair& pair) { return pair.first; }
    std::string_view second(const NamePair& pair) { return pair.second; }

    class GgufSource : public WeightSource
    {
    public:
        GgufSource(GgufFile file, const ModelConfig& config)
            : m_file(std::move(file))
            , m_heads(config.heads)
            , m_keyValueHeads(config.keyValueHeads)
            , m_permuted(ggufPermutesHeads(config.architecture))
        {
            for (std::size_t i = 0; i < m_file.tensors().size(); ++i) {
                const GgufTensor& tensor = m_file.tensors()[i];
                const std::string name = huggingFaceName(tensor.name);
                if (name.empty())
                    continue;
                m_index.emplace(name, i);
                m_stored.push_back({ name, tensor.shape, ggmlTypeName(tensor.type), static_cast<std::int64_t>(tensor.bytes.size()) });
            }
        }
        const std::vector<StoredTensor>& tensors() const override { return m_stored; }
        bool contains(const std::string& name) const override { return m_index.contains(name); }
        Result<torch::Tensor> load(const std::string& name) const override
        try {
            const auto found = m_index.find(name);
            if (found == m_index.end())
                return fail(ErrorCode::NotFound, "{}: there is no tensor '{}' in the model", m_file.source(), name);
            const GgufTensor& stored = m_file.tensors()[found->second];
            BITLOOM_TRY(torch::Tensor tensor, newFloatTensor(stored.shape, m_file.source(), stored.name));
            const std::int64_t columns = stored.shape.back();
            BITLOOM_CHECK(dequantizeGgml(stored.type, stored.bytes, tensor.numel() / columns, columns, tensor.data_ptr<float>()));
            releaseMapped(stored.bytes);
            BITLOOM_CHECK(requireFinite(tensor, m_file.source(), stored.name));
            if (m_permuted && (name.ends_with(".self_attn.q_proj.weight") || name.ends_with(".self_attn.q_proj.bias")))
                return headPairsToHalves(tensor, m_heads);
            if (m_permuted && (name.ends_with(".self_attn.k_proj.weight") || name.ends_with(".self_attn.k_proj.bias")))
                return headPairsToHalves(tensor, m_keyValueHeads);
            return tensor;
        } catch (const c10::Error&) {
            return fail(ErrorCode::OutOfMemory, "{}: tensor '{}' does not fit into memory", m_file.source(), name);
        }

    private:
        GgufFile m_file;
        std::int64_t m_heads, m_keyValueHeads;
        bool m_permuted;
        std::unordered_map<std::string, std::size_t> m_index;
        std::vector<StoredTensor> m_stored;
    };
} // namespace

std::string huggingFaceName(const std::string& name)
{
    return translate(name, ggufBlock, huggingFaceBlock, first, second);
}

std::string ggufName(const std::string& name)
{
    return translate(name, huggingFaceBlock, ggufBlock, second, first);
}

bool ggufPermutesHeads(const std::string& architecture)
{
    return architecture == "llama" || architecture == "mistral";
}

torch::Tensor headHalvesToPairs(const torch::Tensor& rows, std::int64_t heads)
{
    return rows.reshape({ heads, 2, rows.size(0) / heads / 2, -1 }).transpose(1, 2).reshape(rows.sizes()).contiguous();
}

torch::Tensor headPairsToHalves(const torch::Tensor& rows, std::int64_t heads)
{
    return rows.reshape({ heads, rows.size(0) / heads / 2, 2, -1 }).transpose(1, 2).reshape(rows.sizes()).contiguous();
}

Result<std::shared_ptr<const WeightSource>> makeGgufSource(GgufFile file, const ModelConfig& config)
{
    return std::shared_ptr<const WeightSource>(std::make_shared<GgufSource>(std::move(file), config));
}

} // namespace bitloom
