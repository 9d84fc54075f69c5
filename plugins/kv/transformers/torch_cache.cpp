// SPDX-License-Identifier: GPL-3.0-or-later
// The key-value caches as a class that torch knows by name, torch.classes.bitloom.KvCache, for the Python package beside this file.
#include "core/base/parallel_for.h"
#include "core/engine/kv_choice.h"
#include "core/engine/plugin_loader.h"
#include "core/kv/kv_cache.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <memory>
#include <string>
#include <torch/custom_class.h>
#include <torch/library.h>
#include <tuple>
#include <utility>
#include <vector>

namespace bitloom {
namespace {
    /// The folder lib/bitloom/plugins that this library was built or installed beside: lib/bitloom/python/bitloom_cache/ is where it lies.
    std::filesystem::path ownPlugins()
    {
        Dl_info here {};
        if (dladdr(reinterpret_cast<const void*>(&ownPlugins), &here) == 0)
            return {};
        std::error_code error;
        const auto file = std::filesystem::canonical(here.dli_fname, error);
        return error ? std::filesystem::path() : file.parent_path().parent_path().parent_path() / "plugins";
    }

    const KvMethods& cacheMethods()
    {
        static const KvMethods methods = KvMethods::load(pluginFolders(ownPlugins()));
        return methods;
    }

    /// What Python sees of an Error: a ValueError where the caller can do something about it.
    [[noreturn]] void raise(const Error& error)
    {
        TORCH_CHECK_NOT_IMPLEMENTED(error.code != ErrorCode::Unsupported, error.message);
        TORCH_CHECK_VALUE(error.code != ErrorCode::Usage && error.code != ErrorCode::InvalidInput && error.code != ErrorCode::NotFound, error.message);
        TORCH_CHECK(false, error.message);
        std::abort();
    }

    void require(const Result<void>& result)
    {
        if (!result)
            raise(result.error());
    }

    nlohmann::json parsed(const std::string& text) { return nlohmann::json::parse(text, nullptr, false); }

    std::string describeMethods()
    {
        return nlohmann::json { { "methods", cacheMethods().describe() }, { "errors", cacheMethods().errors() } }.dump();
    }

    /// kv::KvCache for tensors. What it computes is bit for bit what bitloom-cli computes from the same queries, keys and values.
    class TorchCache : public torch::CustomClassHolder
    {
    public:
        /// `parameters`: a JSON object of those that are chosen; `configuration`: JSON as `kv --save-configuration` writes it, or empty; `where` it comes
        /// from, for messages. An empty method is the configuration's. contextLength 0: no limit.
        TorchCache(std::string method, const std::string& parameters, const std::string& configuration, std::string where, std::int64_t layers, std::int64_t heads,
            std::int64_t keyValueHeads, std::int64_t headSize, std::int64_t contextLength)
        {
            for (const std::int64_t size : { layers, heads, keyValueHeads, headSize })
                TORCH_CHECK_VALUE(size > 0 && size < (1 << 20), "a cache for ", layers, " layers and ", keyValueHeads, " of ", heads, " heads of size ", headSize, " cannot be");
            m_shape.layers = static_cast<int>(layers);
            m_shape.heads = static_cast<int>(heads);
            m_shape.keyValueHeads = static_cast<int>(keyValueHeads);
            m_shape.headSize = static_cast<int>(headSize);
            m_shape.contextLength = contextLength;
            require(choose(std::move(method), parameters, configuration, std::move(where)));
        }

        /// Empties the cache and makes room for so many sequences.
        void begin(std::int64_t rows)
        {
            TORCH_CHECK_VALUE(rows > 0 && rows < (1 << 20), "a cache for ", rows, " sequences cannot be");
            m_shape.rows = static_cast<int>(rows);
            m_cache.reset();
            auto made = kv::KvCache::create(m_shape, m_plan);
            if (!made)
                raise(made.error());
            m_cache = std::move(*made);
        }

        /// Gives back all that it holds.
        void clear() { m_cache.reset(); }

        /// queries [rows, heads, tokens, head size], keys and values [rows, key-value heads, tokens, head size], on the CPU, of any floating type; padding: empty,
        /// or the number of leading tokens of each row that never enter the cache. The outputs, of the queries' shape and type.
        torch::Tensor attend(std::int64_t layer, torch::Tensor queries, torch::Tensor keys, torch::Tensor values, std::vector<std::int64_t> padding)
        {
            check(queries, "queries", m_shape.heads);
            const torch::Tensor all = contiguous(queries), newKeys = contiguous(keys), newValues = contiguous(values);
            kv::LayerTokens tokens = tokensOf(layer, newKeys, newValues, padding);
            TORCH_CHECK_VALUE(queries.size(2) == tokens.count, "there are ", queries.size(2), " queries of each sequence and ", tokens.count, " keys");
            tokens.queries = all.const_data_ptr<float>();
            torch::Tensor out = torch::empty(all.sizes(), torch::kFloat32);
            keepOrDrop(m_cache->attend(tokens, out.mutable_data_ptr<float>()));
            return out.to(queries.scalar_type());
        }

        /// The same without queries.
        void append(std::int64_t layer, torch::Tensor keys, torch::Tensor values, std::vector<std::int64_t> padding)
        {
            const torch::Tensor newKeys = contiguous(keys), newValues = contiguous(values);
            keepOrDrop(m_cache->append(tokensOf(layer, newKeys, newValues, padding)));
        }

        /// Keys and values of one sequence as attention counts them, f32 [key-value heads, tokens, head size], and which there are (bool [key-value heads, tokens]);
        /// rows of dropped tokens are 0.
        std::tuple<torch::Tensor, torch::Tensor, torch::Tensor> dequantized(std::int64_t layer, std::int64_t row) const
        {
            const std::int64_t count = length(layer, row);
            const torch::Tensor keys = torch::zeros({ m_shape.keyValueHeads, count, m_shape.headSize }), values = torch::zeros_like(keys);
            const torch::Tensor kept = torch::zeros({ m_shape.keyValueHeads, count }, torch::kBool);
            for (int head = 0; head < m_shape.keyValueHeads; ++head)
                for (std::int64_t position = 0; position < count; ++position) {
                    const std::int64_t at = head * count + position;
                    kept.mutable_data_ptr<bool>()[at]
                        = m_cache->read(static_cast<int>(layer), static_cast<int>(row), head, kv::Half::Keys, position, keys.mutable_data_ptr<float>() + at * m_shape.headSize)
                        && m_cache->read(static_cast<int>(layer), static_cast<int>(row), head, kv::Half::Values, position, values.mutable_data_ptr<float>() + at * m_shape.headSize);
                }
            return { keys, values, kept };
        }

        /// Tokens of a sequence that a layer has, padding not counted.
        std::int64_t length(std::int64_t layer, std::int64_t row) const
        {
            requireBegun();
            TORCH_CHECK_VALUE(layer >= 0 && layer < m_shape.layers, "there is no layer ", layer, ", the cache has ", m_shape.layers);
            TORCH_CHECK_VALUE(row >= 0 && row < m_shape.rows, "there is no sequence ", row, ", the cache has ", m_shape.rows);
            return m_cache->length(static_cast<int>(layer), static_cast<int>(row));
        }
        std::int64_t bytes() const { return m_cache ? m_cache->bytes() : 0; }
        double bitsPerValue() const { return m_cache ? m_cache->bitsPerValue() : 0; }
        /// What it was made of, as `kv --save-configuration` writes it.
        std::string configuration() const { return kvConfiguration(m_candidate).dump(); }

    private:
        Result<void> choose(std::string method, const std::string& parameters, const std::string& configuration, std::string where)
        {
            KvChoice choice;
            choice.method = std::move(method);
            choice.parameters = parsed(parameters);
            choice.where = std::move(where);
            if (!configuration.empty()) {
                BITLOOM_TRY(choice.configuration, parseKvConfiguration(parsed(configuration), choice.where));
            }
            BITLOOM_TRY(m_candidate, choice.candidate(cacheMethods()));
            BITLOOM_TRY(const auto* of, cacheMethods().require(m_candidate.id));
            auto plan = of->plan(m_shape, m_candidate.parameters);
            if (plan) {
                m_plan = std::move(*plan);
                return kv::checkPlan(m_plan, m_shape);
            }
            if (configuration.empty())
                return forward(plan);
            return fail(plan.error().code, "{}: {}", choice.where, plan.error().message);
        }

        void requireBegun() const { TORCH_CHECK(m_cache, "the cache holds nothing: it was not begun, or it failed and has to begin again"); }

        void check(const torch::Tensor& tensor, const char* name, int heads) const
        {
            requireBegun();
            TORCH_CHECK_VALUE(tensor.device().is_cpu(), name, " are on ", tensor.device(), ", Bitloom's caches compute on the CPU: move the model with model.to('cpu')");
            TORCH_CHECK_VALUE(tensor.is_floating_point(), name, " are of type ", tensor.dtype(), ", expected a floating one");
            TORCH_CHECK_VALUE(tensor.dim() == 4 && tensor.size(0) == m_shape.rows && tensor.size(1) == heads && tensor.size(3) == m_shape.headSize, name, " have the shape ", tensor.sizes(),
                ", expected [", m_shape.rows, ", ", heads, ", tokens, ", m_shape.headSize, "]");
        }

        static torch::Tensor contiguous(const torch::Tensor& tensor) { return tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous(); }

        /// The tensors must be contiguous f32 and outlive what is returned, as `padding` must.
        kv::LayerTokens tokensOf(std::int64_t layer, const torch::Tensor& keys, const torch::Tensor& values, const std::vector<std::int64_t>& padding) const
        {
            check(keys, "keys", m_shape.keyValueHeads);
            check(values, "values", m_shape.keyValueHeads);
            TORCH_CHECK_VALUE(keys.size(2) == values.size(2), "there are ", keys.size(2), " keys of each sequence and ", values.size(2), " values");
            (void)length(layer, 0);
            TORCH_CHECK_VALUE(padding.empty() || static_cast<int>(padding.size()) == m_shape.rows, "there are paddings of ", padding.size(), " sequences, the cache has ", m_shape.rows);
            for (const std::int64_t count : padding)
                TORCH_CHECK_VALUE(count >= 0 && count <= keys.size(2), "a sequence has ", count, " tokens of padding among ", keys.size(2));
            setThreadCount(at::get_num_threads()); // as many as torch.set_num_threads() says
            kv::LayerTokens tokens;
            tokens.layer = static_cast<int>(layer);
            tokens.count = keys.size(2);
            tokens.keys = keys.const_data_ptr<float>();
            tokens.values = values.const_data_ptr<float>();
            tokens.padding = padding;
            return tokens;
        }

        /// A refusal changes nothing; after any other failure the cache's content cannot be relied on.
        void keepOrDrop(const Result<void>& done)
        {
            if (!done && done.error().code != ErrorCode::Usage)
                m_cache.reset();
            require(done);
        }

        kv::CacheShape m_shape;
        KvCandidate m_candidate;
        kv::CachePlan m_plan;
        std::unique_ptr<kv::KvCache> m_cache;
    };
}
}

TORCH_LIBRARY(bitloom, library)
{
    using bitloom::TorchCache;
    library.class_<TorchCache>("KvCache")
        .def(torch::init<std::string, const std::string&, const std::string&, std::string, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>())
        .def("begin", &TorchCache::begin)
        .def("clear", &TorchCache::clear)
        .def("attend", &TorchCache::attend)
        .def("append", &TorchCache::append)
        .def("dequantized", &TorchCache::dequantized)
        .def("length", &TorchCache::length)
        .def("bytes", &TorchCache::bytes)
        .def("bits_per_value", &TorchCache::bitsPerValue)
        .def("configuration", &TorchCache::configuration);
    library.def("kv_methods", &bitloom::describeMethods);
}
